package io.sentinelmesh.agent.membership;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.MembershipState;

/** Hears what the registry says of agents. Called on a thread of the membership; must not block. */
public interface RegistryListener {

    /** An agent is there, new or with changed properties. This agent itself is told too. */
    void present(MeshNode agent);

    /** An agent said goodbye. One that merely vanishes is never told of: its loss is the evidence. */
    void left(NodeId agent);

    /** How this agent itself takes part from now on. */
    void takesPart(MembershipState now);
}
