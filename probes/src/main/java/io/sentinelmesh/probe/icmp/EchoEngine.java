package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.SendSchedule;
import io.sentinelmesh.probe.refusal.LocalRefusals;

/**
 * Sends what is due, hears what came, tells each packet's fate. One call of {@link #step} does one round of it and sleeps until the next, so a
 * test drives it with a clock of its own. One thread; allocates nothing once its ring has grown.
 */
final class EchoEngine implements EchoEvents {

    /** The engine looks up at least so often: for new targets, for closing, for the listener's {@link ProbeListener#tick}. */
    static final Duration LONGEST_SLEEP = Duration.ofMillis(50);
    /** Packets of one tick leave in one system call. A longer tick costs less; this is the longest. */
    static final Duration LONGEST_TICK = Duration.ofMillis(10);
    static final Duration SHORTEST_TICK = Duration.ofMillis(1);
    /** So many full batches are read before the engine sends again. */
    static final int MOST_RECEIVE_ROUNDS = 16;
    /** What a slewed wall clock may differ from the monotonic one between departure and answer. */
    private static final long CLOCK_SLACK_NANOS = Duration.ofMillis(1).toNanos();

    static final String TOO_MANY_UNDER_WAY = "more packets under way than the engine keeps: " + PacketsUnderWay.MOST;

    private final EchoSocket socket;
    private final EngineClock clock;
    private final ProbeListener listener;
    private final long nonce;
    private final long lossThresholdNanos;
    private final SendSchedule schedule;
    private final PacketsUnderWay underWay = new PacketsUnderWay();
    private final EchoBatch batch = new EchoBatch();
    private final EchoCounters counters;
    private int[] targetIndices = new int[0];
    private long tickNanos = LONGEST_TICK.toNanos();

    /** @param nonce random and secret: what tells our answers from all others */
    EchoEngine(EchoSocket socket, EngineClock clock, ProbePacing pacing, long nonce, ProbeListener listener,
            EchoCounters counters) {
        this.socket = socket;
        this.clock = clock;
        this.nonce = nonce;
        this.listener = listener;
        this.counters = counters;
        lossThresholdNanos = pacing.lossThreshold().toNanos();
        schedule = new SendSchedule(pacing.interval());
    }

    void replaceTargets(List<ProbeTarget> targets) {
        schedule.replace(targets, clock.monotonicNanos());
        List<ProbeTarget> inOrder = schedule.targets();
        targetIndices = inOrder.stream().mapToInt(ProbeTarget::index).toArray();
        socket.destinations(inOrder.stream().map(ProbeTarget::address).toList());
        tickNanos = tickFor(schedule.packetsPerSecond());
    }

    /** As long as a batch takes to fill, within bounds. */
    static long tickFor(double packetsPerSecond) {
        double nanosPerBatch = 1e9 * EchoBatch.CAPACITY / packetsPerSecond;
        return Math.clamp((long) nanosPerBatch, SHORTEST_TICK.toNanos(), LONGEST_TICK.toNanos());
    }

    void step() {
        long now = clock.monotonicNanos();
        if (schedule.catchUp(now) > 0) {
            counters.pauses.incrementAndGet();
        }
        boolean sent = sendDue(now);
        if (receive()) {
            // Only now is it sure that no answer lies unread in the kernel: a pause of ours must not look like loss.
            settleOverdue(now);
        }
        listener.tick(clock.wallNanos());
        sleep(now, sent);
    }

    private boolean sendDue(long now) {
        if (schedule.nextDue() > now) {
            return false;
        }
        long wall = clock.wallNanos();
        batch.clear();
        while (!batch.isFull()) {
            int destination = schedule.take(now);
            if (destination < 0) {
                break;
            }
            int target = targetIndices[destination];
            long sequence = underWay.add(target, now, wall);
            if (sequence == PacketsUnderWay.FULL) {
                listener.notSent(target, wall, TOO_MANY_UNDER_WAY);
            } else {
                batch.add(destination, sequence);
            }
        }
        socket.send(batch);
        for (int i = 0; i < batch.size(); i++) {
            int errno = batch.errno(i);
            if (errno != 0) {
                long sequence = batch.sequence(i);
                underWay.state(sequence, PacketsUnderWay.SETTLED);
                couldNotLeave(underWay.target(sequence), wall, errno);
            }
        }
        return true;
    }

    private void couldNotLeave(int target, long wall, int errno) {
        Optional<RefusalReason> refused = LocalRefusals.reason(errno);
        if (refused.isPresent()) {
            listener.refused(target, wall, refused.get(), LocalRefusals.THIS_HOST);
        } else {
            listener.notSent(target, wall, Errno.describe(errno));
        }
    }

    private boolean receive() {
        for (int round = 0; round < MOST_RECEIVE_ROUNDS; round++) {
            if (socket.receive(this)) {
                return true;
            }
        }
        return false;
    }

    private void settleOverdue(long now) {
        while (!underWay.isEmpty()) {
            long oldest = underWay.oldest();
            if (now - underWay.sentMonotonic(oldest) < lossThresholdNanos) {
                return;
            }
            if (underWay.isWaiting(oldest)) {
                listener.lost(underWay.target(oldest), underWay.sentWall(oldest));
            }
            underWay.forgetOldest();
        }
    }

    private void sleep(long now, boolean sent) {
        long wake = schedule.nextDue();
        if (sent && wake > now && wake < Long.MAX_VALUE) {
            wake = Math.max(wake, now + tickNanos);
        }
        long nanos = wake == Long.MAX_VALUE ? LONGEST_SLEEP.toNanos() : wake - clock.monotonicNanos();
        if (nanos > 0) {
            // The kernel stamps what comes in, so nothing is lost by reading it at the next tick if that is near.
            boolean near = nanos <= LONGEST_TICK.toNanos();
            socket.await(Math.min(nanos, LONGEST_SLEEP.toNanos()), !near);
        }
    }

    @Override
    public void transmitted(long echoedNonce, long sequence, long wallNanos) {
        if (echoedNonce == nonce && underWay.knows(sequence)
                && underWay.state(sequence) == PacketsUnderWay.WAITING) {
            underWay.stamp(sequence, wallNanos);
        }
    }

    @Override
    public void replied(long echoedNonce, long sequence, long wallNanos) {
        if (echoedNonce != nonce || sequence < 0 || sequence >= underWay.end()) {
            counters.foreign.incrementAndGet();
            return;
        }
        if (!underWay.knows(sequence)) {
            counters.late.incrementAndGet();
            return;
        }
        switch (underWay.state(sequence)) {
            case PacketsUnderWay.ANSWERED -> listener.duplicate(underWay.target(sequence), underWay.sentWall(sequence));
            case PacketsUnderWay.SETTLED -> counters.late.incrementAndGet();
            default -> answer(sequence, wallNanos);
        }
    }

    private void answer(long sequence, long receivedWall) {
        int target = underWay.target(sequence);
        long sentWall = underWay.sentWall(sequence);
        long roundTrip = roundTrip(sequence, sentWall, receivedWall);
        if (roundTrip >= lossThresholdNanos) {
            underWay.state(sequence, PacketsUnderWay.SETTLED);
            counters.late.incrementAndGet();
            listener.lost(target, sentWall);
            return;
        }
        if (underWay.state(sequence) == PacketsUnderWay.WAITING) {
            counters.unstamped.incrementAndGet();
        }
        underWay.state(sequence, PacketsUnderWay.ANSWERED);
        listener.answered(target, sentWall, roundTrip);
    }

    /** By the kernel's two stamps, unless the wall clock they are taken from was set in between. */
    private long roundTrip(long sequence, long sentWall, long receivedWall) {
        long elapsed = clock.monotonicNanos() - underWay.sentMonotonic(sequence);
        if (receivedWall == 0) {
            return elapsed;
        }
        long byStamps = receivedWall - sentWall;
        if (byStamps < 0 || byStamps > elapsed + CLOCK_SLACK_NANOS) {
            counters.clockSteps.incrementAndGet();
            return elapsed;
        }
        return byStamps;
    }

    @Override
    public void refused(long echoedNonce, long sequence, RefusalReason reason, InetAddress offender) {
        if (echoedNonce != nonce) {
            counters.foreign.incrementAndGet();
        } else if (underWay.knows(sequence) && underWay.isWaiting(sequence)) {
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

    private void refuse(long sequence, RefusalReason reason, InetAddress offender) {
        underWay.state(sequence, PacketsUnderWay.SETTLED);
        listener.refused(underWay.target(sequence), underWay.sentWall(sequence), reason, offender);
    }
}
