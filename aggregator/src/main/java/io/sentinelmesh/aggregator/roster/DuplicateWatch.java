package io.sentinelmesh.aggregator.roster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.sentinelmesh.measurement.NodeId;

/**
 * Sees that two processes live under one identity, such as a host and its clone. Each start of a process has a boot id of its own, so a process
 * that was replaced never comes back: a boot that comes again after another took its place is still running somewhere. Called by the mesh thread.
 */
public final class DuplicateWatch {

    /** How long it is shown after it was last seen. */
    static final Duration SHOWN = Duration.ofMinutes(10);
    /** More than two hosts with one identity are seen by any two of them. */
    private static final int MOST_BOOTS = 8;

    private final Map<NodeId, Deque<UUID>> boots = new HashMap<>();
    private final Map<NodeId, Instant> seen = new HashMap<>();

    /**
     * A HELLO was taken.
     *
     * @return true if its process had been replaced by another before
     */
    public boolean arrived(NodeId agent, UUID boot, Instant now) {
        Deque<UUID> known = boots.computeIfAbsent(agent, _ -> new ArrayDeque<>());
        if (boot.equals(known.peekLast())) {
            return false;
        }
        boolean again = known.remove(boot);
        known.addLast(boot);
        if (known.size() > MOST_BOOTS) {
            known.removeFirst();
        }
        if (again) {
            seen.put(agent, now);
        }
        return again;
    }

    /** Agents of which two processes were seen lately. */
    public Set<NodeId> duplicates(Instant now) {
        seen.values().removeIf(at -> !now.isBefore(at.plus(SHOWN)));
        return new TreeSet<>(seen.keySet());
    }
}
