package io.sentinelmesh.db;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;

/**
 * @param sequence from 1; with agent and boot it names the batch once and for all
 * @param endpoints describes each destination that is not an agent
 * @param metrics figures of the agent's host
 * @param traces which ways its packets took
 * @param clockOffset how far the agent's clock was ahead of ours; it is taken out of every time in here already. Zero: nothing was taken out
 */
public record ReceivedBatch(NodeId agent, UUID boot, long sequence, List<MeshNode> endpoints, List<MatrixRow> rows,
        List<HostMetric> metrics, List<PathTrace> traces, Duration clockOffset) {

    public ReceivedBatch {
        endpoints = List.copyOf(endpoints);
        rows = List.copyOf(rows);
        metrics = List.copyOf(metrics);
        traces = List.copyOf(traces);
    }

    /** Of an agent whose clock is right. */
    public ReceivedBatch(NodeId agent, UUID boot, long sequence, List<MeshNode> endpoints, List<MatrixRow> rows,
            List<HostMetric> metrics) {
        this(agent, boot, sequence, endpoints, rows, metrics, List.of(), Duration.ZERO);
    }

    /** Of rounds alone. */
    public ReceivedBatch(NodeId agent, UUID boot, long sequence, List<MeshNode> endpoints, List<MatrixRow> rows) {
        this(agent, boot, sequence, endpoints, rows, List.of());
    }
}
