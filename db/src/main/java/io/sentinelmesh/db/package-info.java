/** Keeps measurements in PostgreSQL or TimescaleDB. The only module that speaks JDBC. */
@NullMarked
package io.sentinelmesh.db;

import org.jspecify.annotations.NullMarked;
