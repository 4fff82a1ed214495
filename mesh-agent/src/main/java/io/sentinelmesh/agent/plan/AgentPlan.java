package io.sentinelmesh.agent.plan;

import java.util.List;

import io.sentinelmesh.measurement.MeshNode;

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

    public List<MeshNode> nodes() {
        return destinations.stream().map(PlannedDestination::node).toList();
    }
}
