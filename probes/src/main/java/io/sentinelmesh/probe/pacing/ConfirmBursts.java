package io.sentinelmesh.probe.pacing;

import java.time.Duration;
import java.util.Arrays;

import io.sentinelmesh.probe.ProbeListener;

/**
 * Finds out quickly whether a missing reply is an outage. One packet of each destination is watched at a time. If its reply is late beyond what is
 * usual there, five packets 50 ms apart follow beside the pace; if none of them is answered in its time either, the suspicion is confirmed. Any
 * answer, a late one too, withdraws it. All of it is provisional: the fates of the packets of the pace are told and counted as ever, those of the
 * burst never are. Destinations are known by the caller's small numbers. One thread; allocates only for destinations it never met.
 */
public final class ConfirmBursts {

    public static final int BURST_PACKETS = 5;
    public static final Duration BURST_SPACING = Duration.ofMillis(50);
    /** A reply is not missed before. */
    static final Duration LEAST_WAIT = Duration.ofMillis(200);
    /** Nor before so many times the destination's median delay. */
    static final int MEDIANS_WAITED = 4;
    /** The median is taken over so many delays. */
    static final int DELAYS_KEPT = 8;
    /** A burst that the rate caps hold back so often is given up. */
    static final int MOST_HELD_BACK = 20;
    /** No destination. */
    public static final int NONE = -1;

    private static final byte CALM = 0;
    private static final byte WATCHING = 1;
    private static final byte BURSTING = 2;
    private static final byte AWAITING = 3;
    private static final byte CONFIRMED = 4;

    private final ProbeListener listener;
    private final long lossThresholdNanos;
    private final TimerWheel timers;
    private byte[] states = new byte[0];
    private long[] watched = new long[0];
    private byte[] burstLeft = new byte[0];
    private byte[] heldBack = new byte[0];
    private int[] delayMicros = new int[0];
    private byte[] delayCounts = new byte[0];
    private final int[] sorted = new int[DELAYS_KEPT];

    public ConfirmBursts(ProbeListener listener, Duration lossThreshold, long now) {
        this.listener = listener;
        lossThresholdNanos = lossThreshold.toNanos();
        timers = new TimerWheel(0, now);
    }

    /** Makes room for the numbers 0 to targets - 1. */
    public void grow(int targets) {
        if (targets > states.length) {
            timers.grow(targets);
            states = Arrays.copyOf(states, targets);
            watched = Arrays.copyOf(watched, targets);
            burstLeft = Arrays.copyOf(burstLeft, targets);
            heldBack = Arrays.copyOf(heldBack, targets);
            delayMicros = Arrays.copyOf(delayMicros, targets * DELAYS_KEPT);
            delayCounts = Arrays.copyOf(delayCounts, targets);
        }
    }

    /** The number stands for this destination no more; what was suspected of it is withdrawn. */
    public void forget(int target) {
        if (knows(target)) {
            if (states[target] > WATCHING) {
                withdraw(target);
            }
            calm(target);
            delayCounts[target] = 0;
        }
    }

    private boolean knows(int target) {
        return target < states.length;
    }

    /** A packet of the pace left. */
    public void sent(int target, long sequence, long now) {
        if (knows(target) && states[target] == CALM) {
            states[target] = WATCHING;
            watched[target] = sequence;
            timers.arm(target, now + waitNanos(target));
        }
    }

    private long waitNanos(int target) {
        int count = Math.min(delayCounts[target], DELAYS_KEPT);
        int filled = 0;
        for (int i = 0; i < count; i++) {
            int delay = delayMicros[target * DELAYS_KEPT + i];
            int at = filled++;
            while (at > 0 && sorted[at - 1] > delay) {
                sorted[at] = sorted[at - 1];
                at--;
            }
            sorted[at] = delay;
        }
        long median = count == 0 ? 0 : sorted[count / 2] * 1_000L;
        return Math.min(lossThresholdNanos, Math.max(LEAST_WAIT.toNanos(), MEDIANS_WAITED * median));
    }

    /** Any answer in time, of the pace or of a burst. */
    public void answered(int target, long sequence, long roundTripNanos) {
        if (!knows(target)) {
            return;
        }
        int count = delayCounts[target];
        delayMicros[target * DELAYS_KEPT + count % DELAYS_KEPT] = (int) Math.min(roundTripNanos / 1_000,
                Integer.MAX_VALUE);
        // Goes round in the upper half once it is full.
        delayCounts[target] = (byte) (count + 1 == 2 * DELAYS_KEPT ? DELAYS_KEPT : count + 1);
        if (states[target] != WATCHING) {
            withdraw(target);
        } else if (watched[target] == sequence) {
            calm(target);
        }
    }

    /** An answer after the loss threshold. */
    public void late(int target) {
        if (knows(target) && states[target] != WATCHING) {
            withdraw(target);
        }
    }

    private void withdraw(int target) {
        if (states[target] != CALM) {
            calm(target);
            listener.withdrawn(target);
        }
    }

    private void calm(int target) {
        states[target] = CALM;
        timers.cancel(target);
    }

    /** A packet of the pace was turned away: that is a missing reply which need not be waited for. */
    public void refused(int target, long now) {
        // Whoever is not watched, because the pace is fast enough by itself, gets no burst.
        if (knows(target) && states[target] == WATCHING) {
            suspect(target, now);
        }
    }

    /** This packet of the pace could not leave: no reply to it is missing. */
    public void notSent(int target, long sequence) {
        if (knows(target) && states[target] == WATCHING && watched[target] == sequence) {
            calm(target);
        }
    }

    private void suspect(int target, long now) {
        states[target] = BURSTING;
        burstLeft[target] = BURST_PACKETS;
        heldBack[target] = 0;
        timers.arm(target, now);
        listener.suspected(target);
    }

    /** A destination to which the next packet of its burst is to be sent now, or {@link #NONE}. Ask until it is none. */
    public int poll(long now) {
        for (int target = timers.poll(now); target != TimerWheel.NONE; target = timers.poll(now)) {
            switch (states[target]) {
                case WATCHING -> suspect(target, now);
                case BURSTING -> {
                    return target;
                }
                case AWAITING -> {
                    states[target] = CONFIRMED;
                    listener.confirmed(target);
                }
                default -> throw new IllegalStateException("no timer runs in state " + states[target]);
            }
        }
        return NONE;
    }

    /** The packet that {@link #poll} asked for left, or was refused by this host's own network. */
    public void burstSent(int target, long now) {
        if (--burstLeft[target] > 0) {
            timers.arm(target, now + BURST_SPACING.toNanos());
        } else {
            states[target] = AWAITING;
            timers.arm(target, now + waitNanos(target));
        }
    }

    /** A packet of the burst could not leave this host: nothing can be found out at present. */
    public void burstNotSent(int target) {
        if (knows(target) && states[target] > WATCHING) {
            withdraw(target);
        }
    }

    /** The packet that {@link #poll} asked for may not go now. */
    public void burstHeldBack(int target, long now) {
        if (++heldBack[target] < MOST_HELD_BACK) {
            timers.arm(target, now + BURST_SPACING.toNanos());
        } else {
            withdraw(target);
        }
    }

    /** When it wants to be polled next; {@link Long#MAX_VALUE} if there is nothing to wait for. */
    public long earliest() {
        return timers.earliest();
    }
}
