package io.sentinelmesh.aggregator.live;

import java.time.Instant;

import io.sentinelmesh.aggregator.matrix.MatrixTick;

/**
 * What changed since the tick before.
 *
 * @param nodesChanged a node appeared, changed, got lost, came back or left
 */
public record MeshTick(Instant at, MatrixTick matrix, boolean nodesChanged) {
}
