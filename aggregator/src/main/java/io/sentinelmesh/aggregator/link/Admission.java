package io.sentinelmesh.aggregator.link;

import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/** Who may speak. Asked for every message, so it must be cheap; any thread. */
public interface Admission {

    /** Why this agent may not go on, for a person; empty if it may. */
    Optional<String> objection(NodeId agent);
}
