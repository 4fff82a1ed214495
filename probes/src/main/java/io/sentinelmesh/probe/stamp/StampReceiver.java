package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.Disturbance;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.HostWatch;

/** Judges what comes in for a sender and tells its listener. Engine thread; allocates nothing. */
final class StampReceiver implements StampEvents {

    /** What a slewed wall clock may differ from the monotonic one between departure and answer. */
    private static final long CLOCK_SLACK_NANOS = Duration.ofMillis(1).toNanos();

    // Made once: a turn of the engine allocates nothing.
    private static final Optional<Disturbance> CLOCK_STEP = Optional.of(Disturbance.CLOCK_STEP);
    private static final Optional<Disturbance> PAUSE = Optional.of(Disturbance.PAUSE);

    private final AnswerReader reader;
    private final SessionBook sessions;
    private final EngineClock clock;
    private final HostWatch host;
    private final long lossThresholdNanos;
    private final StampListener listener;
    private final StampCounters counters;
    private final StampAnswer answer = new StampAnswer();
    /** Monotonic: what left before can't be measured any more, as the wall clock was set then. */
    private long clockSetAt = Long.MIN_VALUE;

    StampReceiver(AnswerReader reader, SessionBook sessions, EngineClock clock, HostWatch host,
            long lossThresholdNanos, StampListener listener, StampCounters counters) {
        this.reader = reader;
        this.sessions = sessions;
        this.clock = clock;
        this.host = host;
        this.lossThresholdNanos = lossThresholdNanos;
        this.listener = listener;
        this.counters = counters;
    }

    /** The wall clock was set at some time before. */
    void clockWasSet(long nowMonotonic) {
        clockSetAt = nowMonotonic;
    }

    @Override
    public void transmitted(int flow, byte[] packet, int length, long wallNanos) {
        StampMode mode = reader.mode();
        if (length < mode.length()) {
            return;
        }
        int sequence = PacketBytes.getInt(packet, StampMode.SEQUENCE);
        FlowSession session = sessions.find(flow, PacketBytes.unsignedShort(packet, mode.sessionId()), sequence,
                PacketBytes.getLong(packet, mode.timestamp()));
        if (session != SessionBook.NONE && session.knows(sequence)
                && session.state(sequence) == FlowSession.WAITING) {
            session.stamp(sequence, wallNanos);
        }
    }

    @Override
    public void received(int flow, byte[] packet, int length, long wallNanos, int hopLimit, int trafficClass) {
        if (!reader.isLongEnough(length)) {
            counters.foreign.incrementAndGet();
            return;
        }
        if (!reader.isAuthentic(packet)) {
            counters.notAuthentic.incrementAndGet();
            return;
        }
        reader.read(packet, length);
        int sequence = reader.senderSequence();
        FlowSession session = sessions.find(flow, reader.sessionId(), sequence, reader.senderTimestampField());
        if (session == SessionBook.NONE) {
            counters.foreign.incrementAndGet();
        } else if (!session.knows(sequence)) {
            counters.late.incrementAndGet();
        } else {
            switch (session.state(sequence)) {
                case FlowSession.ANSWERED -> duplicate(session, sequence);
                case FlowSession.SETTLED -> counters.late.incrementAndGet();
                default -> answered(session, sequence, wallNanos, hopLimit, trafficClass);
            }
        }
    }

    private void duplicate(FlowSession session, int sequence) {
        // The reflector gave it a number of its own: it saw two requests.
        boolean forward = session.reflectorNumber(sequence) != reader.number();
        if (forward) {
            count(session, sequence, reader.number());
        }
        listener.duplicate(session.target, session.flow, forward);
    }

    private void answered(FlowSession session, int sequence, long receivedWall, int hopLimit, int trafficClass) {
        long read = clock.monotonicNanos();
        answer.sequence = sequence;
        answer.sentNanos = session.sentWall(sequence);
        answer.receivedNanos = receivedWall;
        answer.writtenMonotonicNanos = session.sentMonotonic(sequence);
        answer.readMonotonicNanos = read;
        answer.stamped = receivedWall != 0 && session.state(sequence) == FlowSession.STAMPED;
        if (!answer.stamped) {
            counters.unstamped.incrementAndGet();
        }
        long elapsed = read - session.sentMonotonic(sequence);
        Optional<Disturbance> disturbance = disturbance(session.sentMonotonic(sequence), read, elapsed);
        if (disturbance.isPresent()) {
            session.answered(sequence, reader.number());
            count(session, sequence, reader.number());
            listener.disturbed(session.target, session.flow, sequence, answer.sentNanos, disturbance.get());
            return;
        }
        answer.roundTripNanos = answer.receivedNanos == 0 ? elapsed : answer.receivedNanos - answer.sentNanos;
        if (answer.receivedNanos == 0) {
            answer.receivedNanos = answer.sentNanos + elapsed;
        }
        if (answer.roundTripNanos >= lossThresholdNanos) {
            // It goes on waiting: it is told and booked as lost in its turn, like one without an answer.
            counters.late.incrementAndGet();
            return;
        }
        answer.reflectorReceivedNanos = reader.reflectorReceivedNanos();
        answer.reflectorSentNanos = reader.reflectorSentNanos();
        answer.residenceNanos = residence(answer.reflectorSentNanos - answer.reflectorReceivedNanos);
        answer.dscpAtReflector = reader.dscpAtReflector();
        answer.ecnAtReflector = reader.ecnAtReflector();
        answer.hopLimitAtReflector = reader.hopLimit();
        answer.hopLimitAtSender = hopLimit;
        answer.trafficClassAtSender = trafficClass;
        session.answered(sequence, reader.number());
        count(session, sequence, reader.number());
        refine(session);
        tellOvertaken(session, sequence);
        listener.answered(session.target, session.flow, answer);
        session.refinable(sequence, reader.number(), answer);
    }

    /** What makes the delay of the answer at hand worthless, if anything does. */
    private Optional<Disturbance> disturbance(long sent, long read, long elapsed) {
        long byStamps = answer.receivedNanos - answer.sentNanos;
        boolean clockSet = sent < clockSetAt
                || (answer.receivedNanos != 0 && (byStamps < 0 || byStamps > elapsed + CLOCK_SLACK_NANOS));
        if (clockSet) {
            counters.clockSteps.incrementAndGet();
            return CLOCK_STEP;
        }
        return !answer.stamped && host.wasHeldUpBetween(sent, read) ? PAUSE : Optional.empty();
    }

    private long residence(long told) {
        answer.plausible = told >= 0 && told <= answer.roundTripNanos;
        if (!answer.plausible) {
            counters.implausible.incrementAndGet();
            return 0;
        }
        return told;
    }

    private void count(FlowSession session, int sequence, int number) {
        if (!session.ledger.came(sequence, number)) {
            if (session.newestReflectorNumber >= 0) {
                counters.reflectorRestarts.incrementAndGet();
            }
            session.ledger.restart(sequence, number);
            session.newestReflectorNumber = number;
        }
    }

    /** The reflector says when the answer before this one left. */
    private void refine(FlowSession session) {
        if (!reader.hasFollowUp() || session.refinable < 0 || reader.followUpNumber() != session.refinableNumber) {
            return;
        }
        long departed = reader.followUpNanos();
        long residence = departed - session.refinableReflectorReceivedNanos;
        // Later than the program's own stamp, and before the answer was here.
        if (departed >= session.refinableReflectorSentNanos && residence <= session.refinableRoundTripNanos) {
            listener.refined(session.target, session.flow, session.refinable, residence,
                    session.refinableRoundTripNanos - residence);
        }
    }

    private void tellOvertaken(FlowSession session, int sequence) {
        int number = reader.number();
        if (number - session.newestReflectorNumber < 0) {
            listener.reordered(session.target, session.flow, false);
        } else {
            session.newestReflectorNumber = number;
            if (sequence - session.newestAnswered < 0) {
                listener.reordered(session.target, session.flow, true);
            }
        }
        if (sequence - session.newestAnswered > 0) {
            session.newestAnswered = sequence;
        }
    }

    @Override
    public void refused(int flow, byte[] packet, int length, RefusalReason reason, InetAddress offender) {
        StampMode mode = reader.mode();
        if (length < mode.sessionId() + Short.BYTES) {
            // It quotes too little to say which packet it means; that one will count as lost.
            counters.foreign.incrementAndGet();
            return;
        }
        int sequence = PacketBytes.getInt(packet, StampMode.SEQUENCE);
        FlowSession session = sessions.find(flow, PacketBytes.unsignedShort(packet, mode.sessionId()), sequence,
                PacketBytes.getLong(packet, mode.timestamp()));
        if (session == SessionBook.NONE) {
            counters.foreign.incrementAndGet();
        } else if (session.knows(sequence) && session.isWaiting(sequence)) {
            session.state(sequence, FlowSession.SETTLED);
            listener.refused(session.target, session.flow, sequence, session.sentWall(sequence), reason, offender);
        }
    }
}
