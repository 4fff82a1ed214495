/** What happened in the mesh, as it is kept and read back. */
@NullMarked
package io.sentinelmesh.db.dump;

import org.jspecify.annotations.NullMarked;
