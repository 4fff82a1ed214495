package io.sentinelmesh.agent.stamp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.agent.round.RoundShape;

/**
 * Answers whose exact delay is still to come: when the reflector's answer really left is told by the flow's next answer (RFC 8972 section
 * 4.7), a round later. Until then, or until its round must be closed, an answer waits here. Sender's engine thread.
 */
final class HeldAnswers {

    /** Before the round is closed, with room for {@link #LOOK}. */
    static final Duration BEFORE_CLOSING = Duration.ofMillis(1_500);
    /** Between two looks for answers that can't wait any longer. */
    static final Duration LOOK = Duration.ofMillis(500);
    /** Shorter rounds are closed too soon for a flow's next answer. */
    static final Duration SHORTEST_ROUND = Duration.ofSeconds(4);

    /** Takes an answer with the best delay that is known of it. */
    @FunctionalInterface
    interface Sink {
        void answered(int target, long sentNanos, long roundTripNanos);
    }

    private final long roundNanos;
    private final int flows;
    private final Sink sink;
    private final List<Held> byTarget = new ArrayList<>();
    private long nextLook = Long.MIN_VALUE;

    private static final class Held {
        private final boolean[] waiting;
        private final long[] sentNanos;
        private final long[] roundTripNanos;

        Held(int flows) {
            waiting = new boolean[flows];
            sentNanos = new long[flows];
            roundTripNanos = new long[flows];
        }
    }

    HeldAnswers(Duration round, int flows, Sink sink) {
        this.roundNanos = round.toNanos();
        this.flows = flows;
        this.sink = sink;
    }

    private boolean holds() {
        return roundNanos >= SHORTEST_ROUND.toNanos();
    }

    /** How a recorder must be set up so that a round stays open for as long as its answers are held. */
    static RoundShape shape(RoundShape round, int flows) {
        Duration open = round.length().compareTo(SHORTEST_ROUND) < 0
                ? round.lossThreshold()
                : round.length().minusSeconds(1);
        return new RoundShape(round.length(), flows, open);
    }

    void answered(int target, int flow, long sentNanos, long roundTripNanos) {
        if (!holds()) {
            sink.answered(target, sentNanos, roundTripNanos);
            return;
        }
        Held held = held(target);
        release(target, held, flow);
        held.waiting[flow] = true;
        held.sentNanos[flow] = sentNanos;
        held.roundTripNanos[flow] = roundTripNanos;
    }

    /** The exact delay of the flow's last answer. */
    void refined(int target, int flow, long roundTripNanos) {
        Held held = held(target);
        if (held.waiting[flow]) {
            held.roundTripNanos[flow] = roundTripNanos;
            release(target, held, flow);
        }
    }

    /** Lets go what must be counted now. */
    void tick(long nowNanos) {
        boolean steppedBack = nextLook - nowNanos > LOOK.toNanos();
        if (nowNanos < nextLook && !steppedBack) {
            return;
        }
        nextLook = nowNanos + LOOK.toNanos();
        for (int target = 0; target < byTarget.size(); target++) {
            Held held = byTarget.get(target);
            for (int flow = 0; flow < flows; flow++) {
                if (held.waiting[flow] && nowNanos >= latest(held.sentNanos[flow])) {
                    release(target, held, flow);
                }
            }
        }
    }

    /** The round ends, the next one too; a little earlier it is closed. */
    private long latest(long sentNanos) {
        long roundStart = sentNanos - Math.floorMod(sentNanos, roundNanos);
        return roundStart + 2 * roundNanos - BEFORE_CLOSING.toNanos();
    }

    private void release(int target, Held held, int flow) {
        if (held.waiting[flow]) {
            held.waiting[flow] = false;
            sink.answered(target, held.sentNanos[flow], held.roundTripNanos[flow]);
        }
    }

    private Held held(int target) {
        while (byTarget.size() <= target) {
            byTarget.add(new Held(flows));
        }
        return byTarget.get(target);
    }
}
