/**
 * A PostgreSQL server that comes with the program, for a mesh that shall run without anything being set up. The server's programs are
 * unpacked from a jar; its data, log and password lie in one folder; it listens on the loopback address only.
 */
@NullMarked
package io.sentinelmesh.db.embedded;

import org.jspecify.annotations.NullMarked;
