package io.sentinelmesh.db.event;

import io.sentinelmesh.measurement.NodeId;

/** Whom an event is about. */
public sealed interface Subject {

    record Agent(NodeId id) implements Subject {
    }

    /** The way from one node to another. */
    record Pair(NodeId source, NodeId destination) implements Subject {
    }

    record Site(String name) implements Subject {
    }
}
