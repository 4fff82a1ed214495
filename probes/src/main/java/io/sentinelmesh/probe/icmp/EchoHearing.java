package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.Disturbance;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.pacing.ConfirmBursts;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.HostWatch;

/** Judges what came in: whose packet it is about, and what it makes of that packet's fate. One thread; allocates nothing. */
final class EchoHearing implements EchoEvents {

    /** What a slewed wall clock may differ from the monotonic one between departure and answer. */
    private static final long CLOCK_SLACK_NANOS = 1_000_000L;

    private final EngineClock clock;
    private final long nonce;
    private final long lossThresholdNanos;
    private final PacketsUnderWay underWay;
    private final ProbeListener listener;
    private final ConfirmBursts bursts;
    private final HostWatch host;
    private final EchoCounters counters;
    /** Of packets before this one the wall clock was set after they left. */
    private long firstOfThisClock;

    EchoHearing(EngineClock clock, long nonce, long lossThresholdNanos, PacketsUnderWay underWay,
            ProbeListener listener, ConfirmBursts bursts, HostWatch host, EchoCounters counters) {
        this.clock = clock;
        this.nonce = nonce;
        this.lossThresholdNanos = lossThresholdNanos;
        this.underWay = underWay;
        this.listener = listener;
        this.bursts = bursts;
        this.host = host;
        this.counters = counters;
    }

    /** The wall clock was set: what is under way can't be measured any more. */
    void clockWasSet() {
        counters.clockSteps.incrementAndGet();
        firstOfThisClock = underWay.end();
    }

    @Override
    public void transmitted(long echoedNonce, long sequence, long wallNanos) {
        if (echoedNonce == nonce && underWay.isInTime(sequence)
                && underWay.state(sequence) == PacketsUnderWay.WAITING) {
            underWay.stamp(sequence, wallNanos);
        }
    }

    @Override
    public void replied(long echoedNonce, long sequence, boolean intact, int hopLimit, long wallNanos) {
        if (echoedNonce != nonce || sequence < 0 || sequence >= underWay.end()) {
            counters.foreign.incrementAndGet();
        } else if (!intact) {
            corrupt(sequence);
        } else if (!underWay.isInTime(sequence) && !wasAnswered(sequence)) {
            late(sequence);
        } else {
            switch (underWay.state(sequence)) {
                case PacketsUnderWay.ANSWERED -> {
                    if (!underWay.isOfBurst(sequence)) {
                        listener.duplicate(underWay.target(sequence), underWay.sentWall(sequence));
                    }
                }
                case PacketsUnderWay.SETTLED -> late(sequence);
                default -> answer(sequence, hopLimit, wallNanos);
            }
        }
    }

    private boolean wasAnswered(long sequence) {
        return underWay.knows(sequence) && underWay.state(sequence) == PacketsUnderWay.ANSWERED;
    }

    private void corrupt(long sequence) {
        counters.corrupt.incrementAndGet();
        if (underWay.knows(sequence) && !underWay.isOfBurst(sequence)) {
            listener.corrupt(underWay.target(sequence), underWay.sentWall(sequence));
        }
    }

    private void late(long sequence) {
        counters.late.incrementAndGet();
        if (underWay.knows(sequence)) {
            tellLate(sequence);
        }
    }

    private void tellLate(long sequence) {
        int target = underWay.target(sequence);
        if (!underWay.isOfBurst(sequence)) {
            listener.late(target, underWay.sentWall(sequence));
        }
        bursts.late(target);
    }

    private void answer(long sequence, int hopLimit, long receivedWall) {
        int target = underWay.target(sequence);
        long sentWall = underWay.sentWall(sequence);
        long roundTrip = roundTrip(sequence, sentWall, receivedWall);
        if (roundTrip < 0) {
            disturbed(sequence, Disturbance.CLOCK_STEP);
            return;
        }
        boolean unstamped = underWay.state(sequence) == PacketsUnderWay.WAITING || receivedWall == 0;
        if (unstamped && host.wasHeldUpBetween(underWay.sentMonotonic(sequence), clock.monotonicNanos())) {
            // Timed by this program, which was not there.
            disturbed(sequence, Disturbance.PAUSE);
            return;
        }
        if (roundTrip >= lossThresholdNanos) {
            counters.late.incrementAndGet();
            unanswered(sequence);
            tellLate(sequence);
            return;
        }
        if (unstamped) {
            counters.unstamped.incrementAndGet();
        }
        underWay.state(sequence, PacketsUnderWay.ANSWERED);
        if (!underWay.isOfBurst(sequence)) {
            if (hopLimit != NO_HOP_LIMIT) {
                listener.hopLimitSeen(target, hopLimit);
            }
            listener.answered(target, sentWall, roundTrip);
        }
        bursts.answered(target, sequence, roundTrip);
    }

    /** By the kernel's two stamps; negative if the wall clock they are taken from was set in between. */
    private long roundTrip(long sequence, long sentWall, long receivedWall) {
        long elapsed = clock.monotonicNanos() - underWay.sentMonotonic(sequence);
        if (receivedWall == 0) {
            return elapsed;
        }
        long byStamps = receivedWall - sentWall;
        boolean clockSet = sequence < firstOfThisClock || byStamps > elapsed + CLOCK_SLACK_NANOS;
        return clockSet ? -1 : byStamps;
    }

    private void disturbed(long sequence, Disturbance cause) {
        underWay.state(sequence, PacketsUnderWay.SETTLED);
        if (!underWay.isOfBurst(sequence)) {
            counters.disturbed.incrementAndGet();
            listener.disturbed(underWay.target(sequence), underWay.sentWall(sequence), cause);
            bursts.notSent(underWay.target(sequence), sequence);
        }
    }

    /** Its time is over. A packet under way while the engine was held up may have been answered to nobody. */
    void overdue(long sequence) {
        long sent = underWay.sentMonotonic(sequence);
        if (!underWay.isWaiting(sequence)) {
            return;
        }
        if (host.wasHeldUpBetween(sent, sent + lossThresholdNanos)) {
            disturbed(sequence, Disturbance.PAUSE);
        } else {
            unanswered(sequence);
        }
    }

    private void unanswered(long sequence) {
        underWay.state(sequence, PacketsUnderWay.SETTLED);
        if (!underWay.isOfBurst(sequence)) {
            listener.lost(underWay.target(sequence), underWay.sentWall(sequence));
        }
    }

    @Override
    public void refused(long echoedNonce, long sequence, RefusalReason reason, InetAddress offender) {
        if (echoedNonce != nonce) {
            counters.foreign.incrementAndGet();
        } else if (underWay.isInTime(sequence) && underWay.isWaiting(sequence)) {
            refuse(sequence, reason, offender);
        }
    }

    @Override
    public void refusedBriefly(int sequence16, RefusalReason reason, InetAddress offender) {
        long sequence = underWay.newestEndingIn(sequence16);
        if (sequence >= 0 && underWay.isWaiting(sequence)) {
            refuse(sequence, reason, offender);
        }
    }

    /** The network, or this host's part of it, turned the packet away. */
    void refuse(long sequence, RefusalReason reason, InetAddress offender) {
        underWay.state(sequence, PacketsUnderWay.SETTLED);
        if (!underWay.isOfBurst(sequence)) {
            listener.refused(underWay.target(sequence), underWay.sentWall(sequence), reason, offender);
            bursts.refused(underWay.target(sequence), clock.monotonicNanos());
        }
    }
}
