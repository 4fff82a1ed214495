package io.sentinelmesh.probe.udp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

/** Sends so many requests to one target, one each interval, and tells the fate of each. Engine thread. */
final class RequestEngine implements Activity, RequestNetwork.Events {

    /** Full polls read before the engine sends again. */
    static final int MOST_POLLS = 16;
    /** What a slewed wall clock may differ from the monotonic one between departure and answer. */
    private static final long CLOCK_SLACK_NANOS = Duration.ofMillis(1).toNanos();

    private final RequestNetwork network;
    private final EngineClock clock;
    private final RequestListener listener;
    private final long lossThresholdNanos;
    private final SendSchedule schedule;
    private final AttemptSlots requests;
    private final boolean[] stamped;
    private final long most;
    private long begun;
    private boolean started;

    /** @param most requests in all */
    RequestEngine(RequestNetwork network, EngineClock clock, ProbePacing pacing, long most, RequestListener listener) {
        this.network = network;
        this.clock = clock;
        this.listener = listener;
        this.most = most;
        lossThresholdNanos = pacing.lossThreshold().toNanos();
        schedule = new SendSchedule(pacing.interval());
        requests = new AttemptSlots(network.slots());
        stamped = new boolean[network.slots()];
    }

    @Override
    public long step(long now) {
        if (!started) {
            started = true;
            // Which address that is, the network knows.
            schedule.replace(List.of(new ProbeTarget(0, InetAddress.getLoopbackAddress())), now);
        }
        schedule.catchUp(now);
        if (begun < most && schedule.take(now) >= 0) {
            begun++;
            send(now);
        }
        settle(now);
        long next = begun < most ? schedule.nextDue() : Long.MAX_VALUE;
        int oldest = requests.oldest();
        return oldest == AttemptSlots.NONE
                ? next
                : Math.min(next, requests.sentMonotonic(oldest) + lossThresholdNanos);
    }

    private void send(long now) {
        if (requests.free() == AttemptSlots.NONE) {
            settle(now);
        }
        int slot = requests.free();
        if (slot == AttemptSlots.NONE) {
            listener.notSent("more than " + network.slots() + " requests under way");
            return;
        }
        long wall = clock.wallNanos();
        long monotonic = clock.monotonicNanos();
        int errno = -network.send(slot);
        if (errno == 0) {
            stamped[slot] = false;
            requests.add(0, monotonic, wall);
            return;
        }
        Optional<RefusalReason> refused = LocalRefusals.reason(errno);
        if (refused.isPresent()) {
            listener.refused(refused.get(), LocalRefusals.THIS_HOST);
        } else {
            listener.notSent(Errno.describe(errno));
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
        for (int oldest = requests.oldest(); oldest != AttemptSlots.NONE; oldest = requests.oldest()) {
            if (now - requests.sentMonotonic(oldest) < lossThresholdNanos) {
                return;
            }
            end(oldest);
            listener.lost();
        }
    }

    private void end(int slot) {
        network.end(slot);
        requests.remove(slot);
    }

    @Override
    public void transmitted(int slot, long wallNanos) {
        requests.stamp(slot, wallNanos);
        stamped[slot] = true;
    }

    @Override
    public void answered(int slot, long wallNanos, byte[] payload) {
        long elapsed = clock.monotonicNanos() - requests.sentMonotonic(slot);
        long byStamps = wallNanos - requests.sentWall(slot);
        // Unless the wall clock, which stamps, was set in between.
        boolean trusted = stamped[slot] && wallNanos != 0 && byStamps >= 0 && byStamps <= elapsed + CLOCK_SLACK_NANOS;
        long delay = trusted ? byStamps : elapsed;
        end(slot);
        if (delay >= lossThresholdNanos) {
            listener.lost();
        } else {
            listener.answered(delay, trusted, payload);
        }
    }

    @Override
    public void refused(int slot, RefusalReason reason, InetAddress offender) {
        end(slot);
        listener.refused(reason, offender);
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
