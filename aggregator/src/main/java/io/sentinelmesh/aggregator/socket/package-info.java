/** WebSockets as the mesh thread may use them: nothing here waits, and a peer that went away meanwhile is no error. */
@NullMarked
package io.sentinelmesh.aggregator.socket;

import org.jspecify.annotations.NullMarked;
