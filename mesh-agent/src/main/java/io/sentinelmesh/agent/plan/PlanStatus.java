package io.sentinelmesh.agent.plan;

import java.util.List;
import java.util.Optional;

/**
 * The plan as it stands on this agent, for people.
 *
 * @param destinations planned for this agent
 * @param packetsPerSecond planned for this agent
 * @param budget packets per second that the policy allows it
 * @param measured destinations whose packets' fates were in this agent's newest live row
 * @param answering those of them that answered
 * @param unmet endpoints that this agent does not probe for all that, and why
 * @param mesh what the whole plan covers; empty until it was counted
 */
public record PlanStatus(int destinations, double packetsPerSecond, int budget, int measured, int answering,
        List<Unmet> unmet, Optional<MeshCoverage> mesh) {

    public static final PlanStatus NONE = new PlanStatus(0, 0, 0, 0, 0, List.of(), Optional.empty());

    public PlanStatus {
        unmet = List.copyOf(unmet);
    }
}
