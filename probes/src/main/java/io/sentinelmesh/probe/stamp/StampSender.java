package io.sentinelmesh.probe.stamp;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.engine.Activity;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.HostWatch;
import io.sentinelmesh.probe.pacing.RateLimiter;
import io.sentinelmesh.probe.pacing.SendSchedule;
import io.sentinelmesh.probe.pacing.TickLength;
import io.sentinelmesh.probe.refusal.LocalRefusals;

/**
 * Sends each flow of each target its packet once an interval, hears what came, tells each packet's fate. One thread; allocates nothing in steady
 * state but for the authenticated mode's digests.
 */
final class StampSender implements Activity {

    /** In all flows together: a million at once. */
    static final int MOST_UNDER_WAY = 1 << 20;
    static final String TOO_MANY_UNDER_WAY = "more packets under way than the engine keeps";
    static final String HELD_BACK = "held back: the rate cap is reached";
    /** So many are sent before the sender reads what came. */
    private static final int MOST_IN_A_ROW = 64;
    private static final int MOST_RECEIVE_ROUNDS = 16;

    private final StampNetwork network;
    private final EngineClock clock;
    private final StampListener listener;
    private final StampCounters counters;
    private final int flows;
    private final Duration interval;
    private final long lossThresholdNanos;
    private final long packetsPerFlow;
    private final SendSchedule schedule;
    private final RateLimiter limiter;
    private final SessionBook sessions;
    private final HostWatch host;
    private final RequestWriter writer;
    private final StampReceiver receiver;
    private final int size;
    /** One entry for each packet that is not settled, in the order in which they left. */
    private final Queue<FlowSession> underWay = new ArrayDeque<>();
    private FlowSession[] inOrder = new FlowSession[0];
    private int[] destinations = new int[0];
    /** Packets due within it leave together, and their answers are read together. */
    private long tickNanos = TickLength.SHORTEST.toNanos();
    private long attemptsLeft = Long.MAX_VALUE;
    private volatile boolean finished;

    /**
     * @param packetsPerFlow after which it is {@link #isFinished}; {@link Long#MAX_VALUE} for ever
     * @param firstSessionId random: which session identifiers are used
     */
    StampSender(StampNetwork network, EngineClock clock, StampSettings settings, long packetsPerFlow,
            int firstSessionId, StampListener listener, StampCounters counters) {
        this.network = network;
        this.clock = clock;
        this.listener = listener;
        this.counters = counters;
        this.packetsPerFlow = packetsPerFlow;
        flows = settings.flows();
        size = settings.size();
        interval = settings.pacing().interval();
        lossThresholdNanos = settings.pacing().lossThreshold().toNanos();
        schedule = new SendSchedule(interval);
        limiter = new RateLimiter(settings.caps());
        sessions = new SessionBook(flows, mostUnderWayOfFlow(settings, packetsPerFlow), firstSessionId);
        Optional<PacketAuthenticator> authenticator = settings.key().map(PacketAuthenticator::new);
        writer = new RequestWriter(settings, authenticator);
        host = new HostWatch(clock);
        receiver = new StampReceiver(new AnswerReader(authenticator), sessions, clock, host, lossThresholdNanos,
                listener, counters);
    }

    /** Twice what the threshold holds, since a schedule that was held up may send closer than an interval for a moment; never more than are sent. */
    static long mostUnderWayOfFlow(StampSettings settings, long packetsPerFlow) {
        long held = settings.pacing().lossThreshold().toNanos() / settings.pacing().interval().toNanos();
        return Math.min(packetsPerFlow, 2 * held + 4);
    }

    /** @param targets distinct in index and address; a target that stays keeps its sessions and its place in time */
    void replaceTargets(List<StampTarget> targets) {
        List<FlowSession> wanted = sessions.replace(targets);
        List<ProbeTarget> turns = new ArrayList<>(wanted.size());
        for (FlowSession session : wanted) {
            StampTarget target = targets.get(sessions.place(session));
            turns.add(new ProbeTarget(session.target * StampSettings.MOST_FLOWS + session.flow, target.address(),
                    target.ownInterval()));
        }
        schedule.replace(turns, clock.monotonicNanos());
        inOrder = new FlowSession[wanted.size()];
        destinations = new int[wanted.size()];
        List<ProbeTarget> order = schedule.targets();
        for (int turn = 0; turn < order.size(); turn++) {
            int index = order.get(turn).index();
            FlowSession session = sessions.of(index / StampSettings.MOST_FLOWS, index % StampSettings.MOST_FLOWS);
            inOrder[turn] = session;
            destinations[turn] = sessions.place(session);
        }
        network.destinations(targets);
        tickNanos = TickLength.nanos(schedule.packetsPerSecond(), MOST_IN_A_ROW, interval);
        attemptsLeft = packetsPerFlow == Long.MAX_VALUE ? Long.MAX_VALUE : packetsPerFlow * wanted.size();
    }

    /** Whether every flow has sent its number of packets and each packet's fate is told. Any thread. */
    boolean isFinished() {
        return finished;
    }

    @Override
    public long step(long now) {
        if (finished) {
            return Long.MAX_VALUE;
        }
        host.wasHeldUp(now);
        if (host.wasClockSet()) {
            receiver.clockWasSet(now);
        }
        if (schedule.catchUp(now) > 0) {
            counters.pauses.incrementAndGet();
        }
        boolean sent = sendDue(now);
        if (receive()) {
            // Only now is it sure that no answer lies unread in the kernel: a pause of ours must not look like loss.
            settleOverdue(now);
        }
        if (attemptsLeft == 0 && nothingIsWaiting()) {
            finish();
        }
        listener.tick(clock.wallNanos());
        long due = attemptsLeft == 0 ? now + TickLength.SHORTEST.toNanos() : schedule.nextDue();
        long wake = sent && due != Long.MAX_VALUE ? Math.max(due, now + tickNanos) : due;
        host.expectTurn(Math.min(wake, now + LONGEST_SLEEP_NANOS));
        return wake;
    }

    private boolean sendDue(long now) {
        boolean sent = false;
        for (int i = 0; i < MOST_IN_A_ROW && attemptsLeft > 0; i++) {
            int turn = schedule.take(now);
            if (turn < 0) {
                break;
            }
            sent = true;
            attempt(inOrder[turn], destinations[turn]);
        }
        return sent;
    }

    private void attempt(FlowSession session, int destination) {
        if (attemptsLeft != Long.MAX_VALUE) {
            if (session.attempts == packetsPerFlow) {
                return;
            }
            session.attempts++;
            attemptsLeft--;
        }
        long wall = clock.wallNanos();
        if (session.isFull() || underWay.size() >= MOST_UNDER_WAY) {
            listener.notSent(session.target, session.flow, wall, TOO_MANY_UNDER_WAY);
            return;
        }
        long now = clock.monotonicNanos();
        if (!limiter.take(session.target, now)) {
            counters.heldBack.incrementAndGet();
            listener.notSent(session.target, session.flow, wall, HELD_BACK);
            return;
        }
        long field = StampTime.ntp(wall);
        int sequence = session.add(now, wall, field);
        int errno = network.send(session.flow, destination, writer.write(session.sessionId, sequence, field), size);
        if (errno == 0) {
            underWay.add(session);
        } else {
            session.takeBack();
            couldNotLeave(session, sequence, wall, errno);
        }
    }

    private void couldNotLeave(FlowSession session, int sequence, long wall, int errno) {
        Optional<RefusalReason> refused = LocalRefusals.reason(errno);
        if (refused.isPresent()) {
            listener.refused(session.target, session.flow, sequence, wall, refused.get(), LocalRefusals.THIS_HOST);
        } else {
            listener.notSent(session.target, session.flow, wall, Errno.describe(errno));
        }
    }

    private boolean receive() {
        for (int round = 0; round < MOST_RECEIVE_ROUNDS; round++) {
            if (network.receive(receiver)) {
                return true;
            }
        }
        return false;
    }

    private void settleOverdue(long now) {
        for (FlowSession session = underWay.peek(); session != null
                && now - session.sentMonotonic(session.oldest()) >= lossThresholdNanos; session = underWay.peek()) {
            underWay.remove();
            settleOldest(session);
            tellAttribution(session);
        }
    }

    private void settleOldest(FlowSession session) {
        int sequence = session.oldest();
        switch (session.state(sequence)) {
            case FlowSession.ANSWERED -> session.ledger.settleAnswered(sequence,
                    session.reflectorNumber(sequence));
            case FlowSession.SETTLED -> {
            }
            default -> {
                session.ledger.settleLost();
                listener.lost(session.target, session.flow, sequence, session.sentWall(sequence));
            }
        }
        session.forgetOldest();
    }

    private void tellAttribution(FlowSession session) {
        LossLedger ledger = session.ledger;
        if (ledger.hasNews()) {
            listener.attributed(session.target, session.flow, ledger.takeForward(), ledger.takeBackward(),
                    ledger.takeUnknown());
        }
    }

    private boolean nothingIsWaiting() {
        for (FlowSession session : underWay) {
            if (session.hasWaiting()) {
                return false;
            }
        }
        return true;
    }

    private void finish() {
        for (FlowSession session = underWay.poll(); session != null; session = underWay.poll()) {
            settleOldest(session);
        }
        for (FlowSession session : inOrder) {
            session.ledger.finish();
            tellAttribution(session);
        }
        finished = true;
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
