package io.sentinelmesh.aggregator.live;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.roster.AgentState;
import io.sentinelmesh.measurement.MeshNode;

/** The mesh at one moment. */
public record MeshView(Instant at, List<ViewedNode> nodes, List<Cell> cells) {

    /**
     * @param state empty for an endpoint
     */
    public record ViewedNode(int index, MeshNode node, Optional<AgentState> state) {
    }

    public MeshView {
        nodes = List.copyOf(nodes);
        cells = List.copyOf(cells);
    }
}
