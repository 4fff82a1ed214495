/**
 * STAMP between the agents (RFC 8762): every agent runs a reflector and measures the way to each peer's over several flows, so that one
 * broken member of a bundle of equal paths is seen, and on which way a packet was lost. Its rows travel beside the echo's, with a kind of their
 * own.
 */
@NullMarked
package io.sentinelmesh.agent.stamp;

import org.jspecify.annotations.NullMarked;
