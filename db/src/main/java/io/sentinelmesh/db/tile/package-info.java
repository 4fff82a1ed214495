/** The bytes of tiles, of rounds and of longer periods, and the sketch that merges them. No database in here. */
@NullMarked
package io.sentinelmesh.db.tile;

import org.jspecify.annotations.NullMarked;
