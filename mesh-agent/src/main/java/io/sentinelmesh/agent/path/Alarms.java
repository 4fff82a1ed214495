package io.sentinelmesh.agent.path;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * Finds destinations to which something happened from one round to the next: they fell silent, are back, or their shortest delay stepped, as it does
 * when packets take another way. Engine threads call it, with hundreds of results now and then, so it only compares numbers. Thread-safe.
 */
final class Alarms {

    /** A step is more than this and more than a quarter. */
    static final int STEP_MICROS = 2_000;
    private static final int STEP_SHARE = 4;
    private static final int NONE = -1;

    private record Measured(NodeId destination, ProbeKind kind) {
    }

    /** The shortest delay of the newest round; {@link #NONE}: nothing was answered. */
    private final Map<Measured, Integer> newest = new HashMap<>();

    synchronized void keepOnly(Set<NodeId> destinations) {
        newest.keySet().removeIf(measured -> !destinations.contains(measured.destination()));
    }

    /** To which destinations something happened. */
    synchronized Set<NodeId> look(MatrixRow row) {
        Set<NodeId> found = new HashSet<>();
        for (PairResult result : row.results()) {
            if (result.sent() > 0) {
                int now = result.received() == 0 ? NONE : result.delays().minMicros();
                Integer before = newest.put(new Measured(result.destination(), row.kind()), now);
                if (before != null && differs(before, now)) {
                    found.add(result.destination());
                }
            }
        }
        return found;
    }

    private static boolean differs(int before, int now) {
        if (before == NONE || now == NONE) {
            return before != now;
        }
        return Math.abs(now - before) > Math.max(STEP_MICROS, before / STEP_SHARE);
    }
}
