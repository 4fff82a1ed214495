package io.sentinelmesh.db.path;

import java.time.Instant;

import io.sentinelmesh.measurement.NodeId;

/**
 * Which paths of a pair are wanted, the newest first: those that began within a window, and the one that it began with.
 *
 * @param from inclusive
 * @param to exclusive; to go on, when the last one of the page before began
 */
public record PathQuery(NodeId source, NodeId destination, Instant from, Instant to, int limit) {
}
