package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/**
 * One agent's part of the plan.
 *
 * @param destinations in the order of their ids
 * @param packetsPerSecond that it takes to probe them
 * @param unmet which endpoints are not probed for all that
 */
public record AgentPlan(List<PlannedDestination> destinations, double packetsPerSecond, List<Unmet> unmet) {

    public static final AgentPlan NOTHING = new AgentPlan(List.of(), 0, List.of());

    public AgentPlan {
        destinations = List.copyOf(destinations);
        unmet = List.copyOf(unmet);
    }

    /** What is to be measured in this way, and how often where that is not as the rounds go. */
    public Map<NodeId, Optional<Duration>> intervals(PlannedKind kind) {
        Map<NodeId, Optional<Duration>> intervals = new HashMap<>();
        for (PlannedDestination destination : destinations) {
            destination.pace(kind).ifPresent(pace -> intervals.put(destination.node().id(), pace.every()));
        }
        return intervals;
    }

    public List<MeshNode> endpoints() {
        return nodes().stream().filter(node -> node.role() == MeshNode.Role.ENDPOINT).toList();
    }

    public List<MeshNode> nodes() {
        return destinations.stream().map(PlannedDestination::node).toList();
    }
}
