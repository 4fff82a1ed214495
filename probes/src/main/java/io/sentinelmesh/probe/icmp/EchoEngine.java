package io.sentinelmesh.probe.icmp;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.ProberCounters;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.engine.Activity;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.pacing.ConfirmBursts;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.HostWatch;
import io.sentinelmesh.probe.pacing.RateLimiter;
import io.sentinelmesh.probe.pacing.SendSchedule;
import io.sentinelmesh.probe.pacing.TickLength;
import io.sentinelmesh.probe.refusal.LocalRefusals;

/**
 * Sends what is due, hears what came, tells each packet's fate. One call of {@link #step} does one round of it. Engine thread, but for
 * {@link #want} and {@link #counters}; allocates nothing once its ring has grown.
 */
final class EchoEngine implements Activity {

    /** So many full batches are read before the engine sends again. */
    static final int MOST_RECEIVE_ROUNDS = 16;

    static final String TOO_MANY_UNDER_WAY = "more packets under way than the engine keeps: " + PacketsUnderWay.MOST;
    static final String HELD_BACK = "held back: the rate cap is reached";

    private static final int NOT_PROBED = -1;

    private final EchoSocket socket;
    private final EngineClock clock;
    private final ProbeListener listener;
    private final long lossThresholdNanos;
    private final boolean confirming;
    private final SendSchedule schedule;
    private final RateLimiter limiter;
    private final ConfirmBursts bursts;
    private final HostWatch host;
    private final EchoHearing hearing;
    private final PacketsUnderWay underWay = new PacketsUnderWay();
    private final EchoBatch batch = new EchoBatch();
    private final EchoCounters counters = new EchoCounters();
    private final AtomicReference<Optional<List<ProbeTarget>>> wanted = new AtomicReference<>(Optional.empty());
    private int[] targetIndices = new int[0];
    /** The reverse, for confirm bursts. */
    private int[] destinationOfTarget = new int[0];
    private final Duration interval;
    /** Packets of one tick leave in one system call. */
    private long tickNanos;

    /** @param nonce random and secret: what tells our answers from all others */
    EchoEngine(EchoSocket socket, EngineClock clock, ProberSettings settings, long nonce, ProbeListener listener) {
        this.socket = socket;
        this.clock = clock;
        this.listener = listener;
        lossThresholdNanos = settings.pacing().lossThreshold().toNanos();
        interval = settings.pacing().interval();
        schedule = new SendSchedule(settings.pacing());
        limiter = new RateLimiter(settings.caps());
        confirming = settings.confirming();
        bursts = new ConfirmBursts(listener, settings.pacing().lossThreshold(), clock.monotonicNanos());
        host = new HostWatch(clock);
        hearing = new EchoHearing(clock, nonce, lossThresholdNanos, underWay, listener, bursts, host, counters);
    }

    /** From now on these targets, checked. Any thread. */
    void want(List<ProbeTarget> targets) {
        wanted.set(Optional.of(targets));
    }

    /** Any thread. */
    ProberCounters counters() {
        return counters.now();
    }

    private void replaceTargets(List<ProbeTarget> targets) {
        if (confirming) {
            Set<ProbeTarget> staying = new HashSet<>(targets);
            schedule.targets().stream().filter(target -> !staying.contains(target))
                    .forEach(target -> bursts.forget(target.index()));
        }
        schedule.replace(targets, clock.monotonicNanos());
        targetIndices = targets.stream().mapToInt(ProbeTarget::index).toArray();
        int numbers = Arrays.stream(targetIndices).max().orElse(-1) + 1;
        destinationOfTarget = new int[Math.max(numbers, destinationOfTarget.length)];
        Arrays.fill(destinationOfTarget, NOT_PROBED);
        for (int destination = 0; destination < targetIndices.length; destination++) {
            destinationOfTarget[targetIndices[destination]] = destination;
        }
        if (confirming) {
            bursts.grow(numbers);
        }
        socket.destinations(targets.stream().map(ProbeTarget::address).toList());
        tickNanos = TickLength.nanos(schedule.packetsPerSecond(), EchoBatch.CAPACITY, interval);
    }

    @Override
    public long step(long now) {
        if (wanted.get().isPresent()) {
            wanted.getAndSet(Optional.empty()).ifPresent(this::replaceTargets);
        }
        host.wasHeldUp(now);
        if (host.wasClockSet()) {
            hearing.clockWasSet();
        }
        if (schedule.catchUp(now) > 0) {
            counters.pauses.incrementAndGet();
        }
        boolean sent = sendDue(now);
        if (receive()) {
            // Only now is it sure that no answer lies unread in the kernel: a pause of ours must not look like loss.
            settleOverdue(now);
            if (confirming) {
                sendBursts(now);
            }
        }
        listener.tick(clock.wallNanos());
        long wake = wake(now, sent);
        host.expectTurn(Math.min(wake, now + LONGEST_SLEEP_NANOS));
        return wake;
    }

    private long wake(long now, boolean sent) {
        long wake = Math.min(schedule.nextDue(), bursts.earliest());
        boolean wait = sent && wake > now && wake < Long.MAX_VALUE;
        return wait ? Math.max(wake, now + tickNanos) : wake;
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
            if (!limiter.take(target, now)) {
                counters.heldBack.incrementAndGet();
                listener.notSent(target, wall, HELD_BACK);
                continue;
            }
            long sequence = underWay.add(target, now, wall);
            if (sequence == PacketsUnderWay.FULL) {
                listener.notSent(target, wall, TOO_MANY_UNDER_WAY);
                continue;
            }
            batch.add(destination, sequence);
            if (confirming && schedule.intervalNanos(destination) > ConfirmBursts.BURST_SPACING.toNanos()) {
                bursts.sent(target, sequence, now);
            }
        }
        send(wall);
        return true;
    }

    private void send(long wall) {
        socket.send(batch);
        for (int i = 0; i < batch.size(); i++) {
            int errno = batch.errno(i);
            if (errno != 0) {
                couldNotLeave(batch.sequence(i), wall, errno);
            }
        }
    }

    private void couldNotLeave(long sequence, long wall, int errno) {
        Optional<RefusalReason> refused = LocalRefusals.reason(errno);
        if (refused.isPresent()) {
            hearing.refuse(sequence, refused.get(), LocalRefusals.THIS_HOST);
            return;
        }
        underWay.state(sequence, PacketsUnderWay.SETTLED);
        int target = underWay.target(sequence);
        if (underWay.isOfBurst(sequence)) {
            bursts.burstNotSent(target);
        } else {
            listener.notSent(target, wall, Errno.describe(errno));
            bursts.notSent(target, sequence);
        }
    }

    private void sendBursts(long now) {
        // Asked at every turn, due or not: the timers' wheel moves on by being asked, and would have days to make up for otherwise.
        int target = bursts.poll(now);
        if (target == ConfirmBursts.NONE) {
            return;
        }
        long wall = clock.wallNanos();
        batch.clear();
        while (target != ConfirmBursts.NONE) {
            addOfBurst(target, now, wall);
            target = batch.isFull() ? ConfirmBursts.NONE : bursts.poll(now);
        }
        send(wall);
    }

    private void addOfBurst(int target, long now, long wall) {
        int destination = target < destinationOfTarget.length ? destinationOfTarget[target] : NOT_PROBED;
        if (destination == NOT_PROBED) {
            bursts.forget(target);
            return;
        }
        long sequence = limiter.take(target, now) ? underWay.addOfBurst(target, now, wall) : PacketsUnderWay.FULL;
        if (sequence == PacketsUnderWay.FULL) {
            counters.heldBack.incrementAndGet();
            bursts.burstHeldBack(target, now);
        } else {
            batch.add(destination, sequence);
            bursts.burstSent(target, now);
        }
    }

    private boolean receive() {
        for (int round = 0; round < MOST_RECEIVE_ROUNDS; round++) {
            if (socket.receive(hearing)) {
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
            hearing.overdue(oldest);
            underWay.passOldest();
        }
    }

    @Override
    public List<Pollable> pollables() {
        return socket.pollables();
    }

    @Override
    public void close() {
        socket.close();
    }
}
