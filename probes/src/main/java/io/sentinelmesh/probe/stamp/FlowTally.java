package io.sentinelmesh.probe.stamp;

import java.util.Arrays;
import java.util.stream.IntStream;

/** What became of the packets of one flow. Written by the engine thread, read when that has ended. */
final class FlowTally {

    private static final long NONE = Long.MIN_VALUE;

    private final RelativeDelay forwardLine;
    private final RelativeDelay backwardLine;
    /** By number within the flow, nanoseconds. */
    private final long[] netRoundTrips;
    private final long[] roundTrips;
    private final long[] residences;
    private final long[] sent;
    private final long[] forwardDifferences;
    private final long[] backwardDifferences;
    private final boolean[] exact;
    int notSent;
    int answered;
    int lost;
    int refused;
    int lostForward;
    int lostBackward;
    int lostUnattributed;
    int duplicatesForward;
    int duplicatesBackward;
    int reorderedForward;
    int reorderedBackward;
    int refined;

    /** @param partNanos a sixteenth of the run */
    FlowTally(int packets, long partNanos) {
        forwardLine = new RelativeDelay(partNanos);
        backwardLine = new RelativeDelay(partNanos);
        netRoundTrips = none(packets);
        roundTrips = none(packets);
        residences = none(packets);
        sent = none(packets);
        forwardDifferences = none(packets);
        backwardDifferences = none(packets);
        exact = new boolean[packets];
    }

    private static long[] none(int packets) {
        long[] values = new long[packets];
        Arrays.fill(values, NONE);
        return values;
    }

    void answered(StampAnswer answer) {
        int packet = answer.sequence();
        answered++;
        roundTrips[packet] = answer.roundTripNanos();
        if (!answer.plausible()) {
            return;
        }
        netRoundTrips[packet] = answer.netRoundTripNanos();
        residences[packet] = answer.residenceNanos();
        sent[packet] = answer.writtenMonotonicNanos;
        forwardDifferences[packet] = answer.reflectorReceivedNanos() - answer.sentNanos();
        backwardDifferences[packet] = answer.receivedNanos() - answer.reflectorSentNanos();
        forwardLine.add(sent[packet], forwardDifferences[packet]);
    }

    void refined(int packet, long residenceNanos, long netRoundTripNanos) {
        refined++;
        exact[packet] = true;
        backwardDifferences[packet] -= residenceNanos - residences[packet];
        residences[packet] = residenceNanos;
        netRoundTrips[packet] = netRoundTripNanos;
    }

    /** All that left, answered or not. */
    int sent() {
        return answered + lost + refused;
    }

    /** Ascending; of a flow whose reflector follows up only those that it did, so that its scheduler is in none of them. */
    long[] netRoundTrips() {
        return exactOnes(netRoundTrips);
    }

    /** Ascending. */
    long[] roundTrips() {
        return known(roundTrips);
    }

    /** Ascending; the same packets. */
    long[] residences() {
        return exactOnes(residences);
    }

    private long[] exactOnes(long[] values) {
        if (refined == 0) {
            return known(values);
        }
        return IntStream.range(0, values.length).filter(packet -> exact[packet]).mapToLong(packet -> values[packet])
                .sorted().toArray();
    }

    private static long[] known(long[] values) {
        return Arrays.stream(values).filter(value -> value != NONE).sorted().toArray();
    }

    long[] forwardQueueing() {
        return queueing(forwardLine, forwardDifferences, false);
    }

    /** Only now: what follow-ups made more exact may have become smaller. */
    long[] backwardQueueing() {
        backwardLine.restart();
        for (int packet = 0; packet < sent.length; packet++) {
            if (counts(packet)) {
                backwardLine.add(sent[packet], backwardDifferences[packet]);
            }
        }
        return queueing(backwardLine, backwardDifferences, true);
    }

    private boolean counts(int packet) {
        return sent[packet] != NONE && (refined == 0 || exact[packet]);
    }

    private long[] queueing(RelativeDelay line, long[] differences, boolean exactOnes) {
        long[] values = new long[sent.length];
        int count = 0;
        for (int packet = 0; packet < sent.length; packet++) {
            if (exactOnes ? counts(packet) : sent[packet] != NONE) {
                values[count++] = line.queueingNanos(sent[packet], differences[packet]);
            }
        }
        return Arrays.copyOf(values, count);
    }

    long forwardUncertaintyNanos() {
        return forwardLine.uncertaintyNanos();
    }

    /** After {@link #backwardQueueing}. */
    long backwardUncertaintyNanos() {
        return backwardLine.uncertaintyNanos();
    }
}
