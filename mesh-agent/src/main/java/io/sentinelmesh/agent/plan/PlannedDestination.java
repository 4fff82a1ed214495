package io.sentinelmesh.agent.plan;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.agent.plan.MeshPolicy.KindPace;
import io.sentinelmesh.measurement.MeshNode;

/** An agent or endpoint that one agent probes, and how. */
public record PlannedDestination(MeshNode node, List<KindPace> kinds) {

    public PlannedDestination {
        kinds = List.copyOf(kinds);
    }

    /** Empty if it is not measured in this way. */
    public Optional<KindPace> pace(PlannedKind kind) {
        return kinds.stream().filter(pace -> pace.kind() == kind).findFirst();
    }
}
