package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.engine.Activity;
import io.sentinelmesh.probe.engine.AttemptSlots;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.SendSchedule;
import io.sentinelmesh.probe.refusal.LocalRefusals;

/**
 * Begins connections that are due, hears of those that ended, gives up those that are overdue. Each is reset as soon as its fate is known: none
 * stays open. Engine thread, but for {@link #probe}.
 */
final class ConnectEngine implements Activity, ConnectNetwork.Ends {

    private static final Duration LONGEST_TICK = Duration.ofMillis(10);

    /** In one step, however many are due: the rest leaves in the next. */
    static final int MOST_IN_A_ROW = 64;
    /** Full polls read before the engine sends again. */
    static final int MOST_POLLS = 16;

    static final String NO_FREE_PORT = "this host has no free TCP port left for this destination: probe less often (EADDRNOTAVAIL)";

    private final ConnectNetwork network;
    private final EngineClock clock;
    private final ConnectListener listener;
    private final long lossThresholdNanos;
    /** No longer than the interval, so that no target gets two at once. */
    private final long tickNanos;
    private final SendSchedule schedule;
    private final AttemptSlots attempts;
    private final String tooManyUnderWay;
    private final AtomicReference<Optional<List<ProbeTarget>>> wanted = new AtomicReference<>(Optional.empty());
    private final long most;
    private int[] targetIndices = new int[0];
    private long begun;
    private long nextTick = Long.MIN_VALUE;
    private long heardAt;

    /** @param most attempts in all; {@link Long#MAX_VALUE} to go on for ever */
    ConnectEngine(ConnectNetwork network, EngineClock clock, ProbePacing pacing, long most, ConnectListener listener) {
        this.network = network;
        this.clock = clock;
        this.listener = listener;
        this.most = most;
        lossThresholdNanos = pacing.lossThreshold().toNanos();
        tickNanos = Math.min(LONGEST_TICK.toNanos(), pacing.interval().toNanos());
        schedule = new SendSchedule(pacing.interval());
        attempts = new AttemptSlots(network.slots());
        tooManyUnderWay = "more than " + network.slots() + " TCP connections under way";
    }

    /** Replaces the targets from now on. Any thread. */
    void probe(List<ProbeTarget> targets) {
        wanted.set(Optional.of(targets));
    }

    @Override
    public long step(long now) {
        Optional<List<ProbeTarget>> fresh = wanted.getAndSet(Optional.empty());
        if (fresh.isPresent()) {
            replaceTargets(fresh.get(), now);
        }
        schedule.catchUp(now);
        beginDue(now);
        settle(now);
        listener.tick(clock.wallNanos());
        return wake();
    }

    /** What is due within a tick leaves together: a thread that sleeps and wakes for each costs more than the connections. */
    private void beginDue(long now) {
        if (now < nextTick || schedule.nextDue() > now) {
            return;
        }
        for (int i = 0; i < MOST_IN_A_ROW && begun < most; i++) {
            int destination = schedule.take(now);
            if (destination < 0) {
                nextTick = now + tickNanos;
                return;
            }
            begun++;
            begin(destination, now);
            // So that no answer waits behind the departures that follow.
            hear();
        }
    }

    private void replaceTargets(List<ProbeTarget> targets, long now) {
        schedule.replace(targets, now);
        List<ProbeTarget> inOrder = schedule.targets();
        targetIndices = inOrder.stream().mapToInt(ProbeTarget::index).toArray();
        network.destinations(inOrder.stream().map(ProbeTarget::address).toList());
    }

    private long wake() {
        long next = begun < most && schedule.nextDue() < Long.MAX_VALUE
                ? Math.max(schedule.nextDue(), nextTick)
                : Long.MAX_VALUE;
        int oldest = attempts.oldest();
        return oldest == AttemptSlots.NONE
                ? next
                : Math.min(next, attempts.sentMonotonic(oldest) + lossThresholdNanos);
    }

    /** The kernel stamps no SYN: unless it measures the round trip, the answer is as exact as we are quick to hear it. */
    @Override
    public boolean wakesOnPacket() {
        return attempts.oldest() != AttemptSlots.NONE;
    }

    private void begin(int destination, long now) {
        int target = targetIndices[destination];
        long wall = clock.wallNanos();
        if (attempts.free() == AttemptSlots.NONE) {
            settle(now);
        }
        int slot = attempts.free();
        if (slot == AttemptSlots.NONE) {
            listener.notSent(target, wall, tooManyUnderWay);
            return;
        }
        long monotonic = clock.monotonicNanos();
        int errno = -network.begin(slot, destination);
        if (errno == 0) {
            attempts.add(target, monotonic, wall);
            return;
        }
        Optional<RefusalReason> refused = LocalRefusals.reason(errno);
        if (refused.isPresent()) {
            listener.refused(target, wall, refused.get(), LocalRefusals.THIS_HOST);
        } else if (errno == Errno.ECONNREFUSED) {
            listener.reset(target, wall, clock.monotonicNanos() - monotonic);
        } else {
            listener.notSent(target, wall, errno == Errno.EADDRNOTAVAIL ? NO_FREE_PORT : Errno.describe(errno));
        }
    }

    private void settle(long now) {
        if (hear()) {
            // Only now is it sure that no answer waits in the kernel: a pause of ours must not look like loss.
            giveUpOverdue(now);
        }
    }

    /** Whether everything was heard that had come before. */
    private boolean hear() {
        for (int round = 0; round < MOST_POLLS; round++) {
            int events = network.poll();
            heardAt = clock.monotonicNanos();
            for (int event = 0; event < events; event++) {
                network.tell(event, this);
            }
            if (!network.isPollFull(events)) {
                return true;
            }
        }
        return false;
    }

    private void giveUpOverdue(long now) {
        for (int oldest = attempts.oldest(); oldest != AttemptSlots.NONE; oldest = attempts.oldest()) {
            if (now - attempts.sentMonotonic(oldest) < lossThresholdNanos) {
                return;
            }
            network.abandon(oldest);
            expired(oldest);
        }
    }

    private long connectNanos(int slot) {
        return Math.max(0, heardAt - attempts.sentMonotonic(slot));
    }

    @Override
    public void connected(int slot, int kernelMicros, int repeats) {
        long kernelNanos = repeats > 0 ? 0 : Math.max(0, kernelMicros) * 1_000L;
        if (kernelNanos >= lossThresholdNanos) {
            expired(slot);
            return;
        }
        attempts.remove(slot);
        listener.connected(attempts.target(slot), attempts.sentWall(slot), kernelNanos, connectNanos(slot), repeats);
    }

    @Override
    public void reset(int slot) {
        long elapsed = connectNanos(slot);
        if (elapsed >= lossThresholdNanos) {
            expired(slot);
            return;
        }
        attempts.remove(slot);
        listener.reset(attempts.target(slot), attempts.sentWall(slot), elapsed);
    }

    @Override
    public void refused(int slot, RefusalReason reason, InetAddress offender) {
        attempts.remove(slot);
        listener.refused(attempts.target(slot), attempts.sentWall(slot), reason, offender);
    }

    @Override
    public void expired(int slot) {
        attempts.remove(slot);
        listener.timedOut(attempts.target(slot), attempts.sentWall(slot));
    }

    @Override
    public List<Pollable> pollables() {
        return network.pollables();
    }

    @Override
    public void close() {
        network.close();
    }
}
