/** The agents' side: one WebSocket per agent, frames in and frames out. */
@NullMarked
package io.sentinelmesh.aggregator.link;

import org.jspecify.annotations.NullMarked;
