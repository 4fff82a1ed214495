/** The figures of hosts, as they are kept and read back. */
@NullMarked
package io.sentinelmesh.db.metric;

import org.jspecify.annotations.NullMarked;
