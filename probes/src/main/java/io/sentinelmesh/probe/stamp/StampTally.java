package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.kind.AddressText;

/** Keeps everything that becomes of one target's packets. Written by the engine thread, read when that has ended; the volatile ones any time. */
final class StampTally implements StampListener {

    private static final int CODE_POINTS = 64;
    private static final int HOP_LIMITS = 256;

    private final List<FlowTally> flows = new ArrayList<>();
    private final Map<RefusalReason, Integer> refusals = new EnumMap<>(RefusalReason.class);
    private final int[] dscpAtReflector = new int[CODE_POINTS];
    private final int[] dscpAtSender = new int[CODE_POINTS];
    private final int[] hopLimitsAtReflector = new int[HOP_LIMITS];
    private final int[] hopLimitsAtSender = new int[HOP_LIMITS];
    private String offender = "";
    private String causeNotSent = "";
    private volatile int fates;
    private volatile int answered;
    private volatile long lastNetRoundTripNanos;

    StampTally(int flows, int packets, long partNanos) {
        for (int flow = 0; flow < flows; flow++) {
            this.flows.add(new FlowTally(packets, partNanos));
        }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void answered(int target, int flow, StampAnswer answer) {
        flows.get(flow).answered(answer);
        count(dscpAtReflector, answer.dscpAtReflector());
        count(dscpAtSender, answer.dscpAtSender());
        count(hopLimitsAtReflector, answer.hopLimitAtReflector());
        count(hopLimitsAtSender, answer.hopLimitAtSender());
        lastNetRoundTripNanos = answer.netRoundTripNanos();
        answered++;
        fates++;
    }

    private static void count(int[] counts, int value) {
        if (value >= 0) {
            counts[value]++;
        }
    }

    @Override
    public void refined(int target, int flow, int sequence, long residenceNanos, long netRoundTripNanos) {
        flows.get(flow).refined(sequence, residenceNanos, netRoundTripNanos);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void lost(int target, int flow, int sequence, long sentNanos) {
        flows.get(flow).lost++;
        fates++;
    }

    @Override
    public void attributed(int target, int flow, int forward, int backward, int unknown) {
        FlowTally tally = flows.get(flow);
        tally.lostForward += forward;
        tally.lostBackward += backward;
        tally.lostUnattributed += unknown;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void refused(int target, int flow, int sequence, long sentNanos, RefusalReason reason,
            InetAddress offender) {
        flows.get(flow).refused++;
        refusals.merge(reason, 1, Integer::sum);
        this.offender = AddressText.of(offender);
        fates++;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void notSent(int target, int flow, long dueNanos, String cause) {
        flows.get(flow).notSent++;
        causeNotSent = cause;
        fates++;
    }

    @Override
    public void duplicate(int target, int flow, boolean forward) {
        FlowTally tally = flows.get(flow);
        if (forward) {
            tally.duplicatesForward++;
        } else {
            tally.duplicatesBackward++;
        }
    }

    @Override
    public void reordered(int target, int flow, boolean forward) {
        FlowTally tally = flows.get(flow);
        if (forward) {
            tally.reorderedForward++;
        } else {
            tally.reorderedBackward++;
        }
    }

    @Override
    public void tick(long nowNanos) {
        // Nothing to close: the run ends with its packets.
    }

    List<FlowTally> flows() {
        return flows;
    }

    /** How many packets' fates are told. Any time. */
    int fates() {
        return fates;
    }

    /** Any time. */
    int answeredSoFar() {
        return answered;
    }

    /** Any time. */
    long lastNetRoundTripNanos() {
        return lastNetRoundTripNanos;
    }

    /** The most frequent one. */
    Optional<RefusalReason> refusal() {
        return refusals.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    /** Who refused last; empty if nobody did. */
    String offender() {
        return offender;
    }

    String causeNotSent() {
        return causeNotSent;
    }

    /** Every value that was seen, the most frequent first. */
    static List<Integer> seen(int[] counts) {
        List<Integer> values = new ArrayList<>();
        for (int value = 0; value < counts.length; value++) {
            if (counts[value] > 0) {
                values.add(value);
            }
        }
        values.sort((a, b) -> Integer.compare(counts[b], counts[a]));
        return values;
    }

    List<Integer> dscpAtReflector() {
        return seen(dscpAtReflector);
    }

    List<Integer> dscpAtSender() {
        return seen(dscpAtSender);
    }

    List<Integer> hopLimitsAtReflector() {
        return seen(hopLimitsAtReflector);
    }

    List<Integer> hopLimitsAtSender() {
        return seen(hopLimitsAtSender);
    }
}
