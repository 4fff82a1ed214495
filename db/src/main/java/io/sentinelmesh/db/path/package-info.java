/** Which ways packets took between nodes, and what counts as a change. */
@NullMarked
package io.sentinelmesh.db.path;

import org.jspecify.annotations.NullMarked;
