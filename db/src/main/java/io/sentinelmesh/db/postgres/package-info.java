/** The store in PostgreSQL and TimescaleDB: migrations, tiles, partitions. What the tables mean is in docs/schema.md. */
@NullMarked
package io.sentinelmesh.db.postgres;

import org.jspecify.annotations.NullMarked;
