package io.sentinelmesh.agent.stamp;

import java.net.InetAddress;
import java.time.Duration;

import io.sentinelmesh.agent.round.RoundRecorder;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.Disturbance;
import io.sentinelmesh.probe.stamp.StampAnswer;
import io.sentinelmesh.probe.stamp.StampListener;

/** What became of STAMP packets, as results of rounds and as losses of flows. Sender's engine thread. */
final class StampRecorder implements StampListener {

    private final RoundRecorder rounds;
    private final FlowWatch flows;
    private final HeldAnswers held;

    StampRecorder(RoundRecorder rounds, FlowWatch flows, Duration round, int flowsPerTarget) {
        this.rounds = rounds;
        this.flows = flows;
        held = new HeldAnswers(round, flowsPerTarget, rounds::answered);
    }

    @Override
    public void answered(int target, int flow, StampAnswer answer) {
        flows.answered(target, flow);
        if (answer.plausible()) {
            held.answered(target, flow, answer.sentNanos(), answer.netRoundTripNanos());
        } else {
            // The reflector's clock was set meanwhile: nobody knows how much of the delay is its own.
            rounds.disturbed(target, answer.sentNanos(), Disturbance.CLOCK_STEP);
        }
    }

    @Override
    public void refined(int target, int flow, int sequence, long residenceNanos, long netRoundTripNanos) {
        held.refined(target, flow, netRoundTripNanos);
    }

    @Override
    public void disturbed(int target, int flow, int sequence, long sentNanos, Disturbance cause) {
        rounds.disturbed(target, sentNanos, cause);
        flows.answered(target, flow);
    }

    @Override
    public void lost(int target, int flow, int sequence, long sentNanos) {
        rounds.lost(target, sentNanos);
        flows.lost(target, flow);
    }

    @Override
    public void attributed(int target, int flow, int forward, int backward, int unknown) {
        flows.attributed(target, forward, backward);
    }

    @Override
    public void refused(int target, int flow, int sequence, long sentNanos, RefusalReason reason,
            InetAddress offender) {
        rounds.refused(target, sentNanos, reason, offender);
        flows.lost(target, flow);
    }

    @Override
    public void notSent(int target, int flow, long dueNanos, String cause) {
        rounds.notSent(target, dueNanos, cause);
    }

    @Override
    public void duplicate(int target, int flow, boolean forward) {
        // Counted by the reflector's and the sender's counters; a round's duplicates are those of one packet, which is not told here.
    }

    @Override
    public void reordered(int target, int flow, boolean forward) {
        // Not part of a round's result yet.
    }

    @Override
    public void tick(long nowNanos) {
        held.tick(nowNanos);
        rounds.tick(nowNanos);
    }
}
