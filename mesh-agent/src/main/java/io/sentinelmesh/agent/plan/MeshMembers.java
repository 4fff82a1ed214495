package io.sentinelmesh.agent.plan;

import java.util.List;
import java.util.Set;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/**
 * The agents that a plan is for, this one included.
 *
 * @param unreachable agents that packets of others do not reach (behind NAT): they probe, but nobody probes them
 */
public record MeshMembers(List<MeshNode> agents, Set<NodeId> unreachable) {

    public MeshMembers {
        agents = List.copyOf(agents);
        unreachable = Set.copyOf(unreachable);
    }

    public MeshMembers(List<MeshNode> agents) {
        this(agents, Set.of());
    }
}
