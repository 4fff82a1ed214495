package io.sentinelmesh.db;

import java.util.List;
import java.util.UUID;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/**
 * @param sequence from 1; with agent and boot it names the batch once and for all
 * @param endpoints describes each destination that is not an agent
 */
public record ReceivedBatch(NodeId agent, UUID boot, long sequence, List<MeshNode> endpoints, List<MatrixRow> rows) {

    public ReceivedBatch {
        endpoints = List.copyOf(endpoints);
        rows = List.copyOf(rows);
    }
}
