package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.measurement.RefusalReason;

/** Adds up what a sender tells. Any thread. */
final class RecordedStamps implements StampListener {

    /** What an answer said. */
    record Answer(int target, int flow, int sequence, long roundTripNanos, long netRoundTripNanos, long residenceNanos,
            int dscpAtReflector, int dscpAtSender, int hopLimitAtReflector, int hopLimitAtSender, boolean stamped) {
    }

    private final List<Answer> answers = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<String> notSent = new ArrayList<>();
    private final List<Long> refined = new ArrayList<>();
    private final int[] answeredOfFlow = new int[StampSettings.MOST_FLOWS];
    private final int[] lostOfFlow = new int[StampSettings.MOST_FLOWS];
    private int lost;
    private int forward;
    private int backward;
    private int unknown;
    private int duplicatesForward;
    private int duplicatesBackward;
    private int reorderedForward;
    private int reorderedBackward;

    @Override
    public synchronized void answered(int target, int flow, StampAnswer answer) {
        answers.add(new Answer(target, flow, answer.sequence(), answer.roundTripNanos(), answer.netRoundTripNanos(),
                answer.residenceNanos(), answer.dscpAtReflector(), answer.dscpAtSender(),
                answer.hopLimitAtReflector(), answer.hopLimitAtSender(), answer.stamped()));
        answeredOfFlow[flow]++;
    }

    @Override
    public synchronized void refined(int target, int flow, int sequence, long residenceNanos, long netRoundTripNanos) {
        refined.add(netRoundTripNanos);
    }

    @Override
    public synchronized void lost(int target, int flow, int sequence, long sentNanos) {
        lost++;
        lostOfFlow[flow]++;
    }

    @Override
    public synchronized void attributed(int target, int flow, int forward, int backward, int unknown) {
        this.forward += forward;
        this.backward += backward;
        this.unknown += unknown;
    }

    @Override
    public synchronized void refused(int target, int flow, int sequence, long sentNanos, RefusalReason reason,
            InetAddress offender) {
        refusals.add(reason + " by " + offender.getHostAddress());
    }

    @Override
    public synchronized void notSent(int target, int flow, long dueNanos, String cause) {
        notSent.add(cause);
    }

    @Override
    public synchronized void duplicate(int target, int flow, boolean forward) {
        duplicatesForward += forward ? 1 : 0;
        duplicatesBackward += forward ? 0 : 1;
    }

    @Override
    public synchronized void reordered(int target, int flow, boolean forward) {
        reorderedForward += forward ? 1 : 0;
        reorderedBackward += forward ? 0 : 1;
    }

    @Override
    public void tick(long nowNanos) {
        // Nothing to close.
    }

    synchronized List<Answer> answers() {
        return List.copyOf(answers);
    }

    synchronized List<String> refusals() {
        return List.copyOf(refusals);
    }

    synchronized List<String> notSent() {
        return List.copyOf(notSent);
    }

    synchronized List<Long> refined() {
        return List.copyOf(refined);
    }

    synchronized int answeredOfFlow(int flow) {
        return answeredOfFlow[flow];
    }

    synchronized int lostOfFlow(int flow) {
        return lostOfFlow[flow];
    }

    synchronized int lost() {
        return lost;
    }

    synchronized int forward() {
        return forward;
    }

    synchronized int backward() {
        return backward;
    }

    synchronized int unknown() {
        return unknown;
    }

    synchronized int attributedOrNot() {
        return forward + backward + unknown;
    }

    synchronized int duplicatesForward() {
        return duplicatesForward;
    }

    synchronized int duplicatesBackward() {
        return duplicatesBackward;
    }

    synchronized int reorderedForward() {
        return reorderedForward;
    }

    synchronized int reorderedBackward() {
        return reorderedBackward;
    }
}
