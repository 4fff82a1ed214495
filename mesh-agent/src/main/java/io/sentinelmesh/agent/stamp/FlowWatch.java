package io.sentinelmesh.agent.stamp;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which flows of which targets lose all. A flow is dead after {@link #DEAD_AFTER} losses in a row and alive after one answer. Written by the
 * sender's engine thread, read by any.
 */
final class FlowWatch {

    static final int DEAD_AFTER = 3;

    private final int flows;
    private final ConcurrentMap<Integer, Target> targets = new ConcurrentHashMap<>();

    /**
     * @param dead flows that lose all
     * @param forward packets known to be lost on the way there, in all so far
     * @param backward on the way back
     */
    record State(int target, int dead, int flows, long forward, long backward) {

        /** Some flows get through and some lose all: what one broken member of a bundle of equal paths does. */
        boolean isSplit() {
            return dead > 0 && dead < flows;
        }
    }

    private static final class Target {
        private final int[] lostInARow;
        private long forward;
        private long backward;

        Target(int flows) {
            lostInARow = new int[flows];
        }

        synchronized void lost(int flow) {
            lostInARow[flow] = Math.min(lostInARow[flow] + 1, DEAD_AFTER);
        }

        synchronized void answered(int flow) {
            lostInARow[flow] = 0;
        }

        synchronized void attributed(int onTheWayThere, int onTheWayBack) {
            forward += onTheWayThere;
            backward += onTheWayBack;
        }

        synchronized State state(int target) {
            int dead = (int) Arrays.stream(lostInARow).filter(losses -> losses >= DEAD_AFTER).count();
            return new State(target, dead, lostInARow.length, forward, backward);
        }
    }

    FlowWatch(int flows) {
        this.flows = flows;
    }

    void lost(int target, int flow) {
        target(target).lost(flow);
    }

    void answered(int target, int flow) {
        target(target).answered(flow);
    }

    void attributed(int target, int forward, int backward) {
        target(target).attributed(forward, backward);
    }

    /** A target's number may be given to another address: what was known of the old one does not count. */
    void keepOnly(List<Integer> indices) {
        targets.keySet().retainAll(indices);
    }

    List<State> states() {
        return targets.entrySet().stream().map(entry -> entry.getValue().state(entry.getKey())).toList();
    }

    /** How many flows of it lose all; empty for a target of which nothing is known. */
    OptionalInt dead(int target) {
        Target known = targets.get(target);
        return known == null ? OptionalInt.empty() : OptionalInt.of(known.state(target).dead());
    }

    private Target target(int index) {
        return targets.computeIfAbsent(index, _ -> new Target(flows));
    }
}
