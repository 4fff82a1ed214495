package io.sentinelmesh.aggregator.matrix;

import java.util.HashMap;
import java.util.Map;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/** The baselines a new cell starts from: what the database remembers, and what a pair had before it went away for a while. */
public final class BaselineMemory {

    /** One million pairs, which is a full mesh of 1000 agents; beyond it a pair learns afresh. */
    static final int MOST_PAIRS = 1_000_000;

    private record Pair(NodeId source, NodeId destination, ProbeKind kind) {
    }

    private final Map<Pair, Baseline> remembered = new HashMap<>();

    public void remember(NodeId source, NodeId destination, ProbeKind kind, Baseline baseline) {
        if (remembered.size() < MOST_PAIRS) {
            remembered.put(new Pair(source, destination, kind), baseline);
        }
    }

    /** Hands out what is remembered and forgets it here: from now on the cell carries it. */
    Baseline take(NodeId source, NodeId destination, ProbeKind kind) {
        Baseline baseline = remembered.remove(new Pair(source, destination, kind));
        return baseline == null ? Baseline.UNKNOWN : baseline;
    }
}
