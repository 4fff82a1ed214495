package io.sentinelmesh.agent.round;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.Disturbance;
import io.sentinelmesh.probe.ProbeListener;

/**
 * Sorts the fates of test packets into rounds by the time each packet was sent, and gives out a finished row per round and a live row per
 * second. Everything but {@link #measures}, {@link #unplacedFates} and {@link #fates} runs on the engine thread.
 */
public final class RoundRecorder implements ProbeListener {

    private static final long LIVE_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
    /** Fates arrive in bursts (a site goes down): one flush tells of all that turned within this time. */
    private static final long FLUSH_INTERVAL_NANOS = Duration.ofMillis(100).toNanos();
    /** How long after the loss threshold a round stays open: covers the engine's own tick. */
    private static final long CLOSING_MARGIN_NANOS = Duration.ofMillis(250).toNanos();

    private final NodeId source;
    private final RoundShape shape;
    private final RoundSink sink;
    private final long roundNanos;
    private final LongAdder unplacedFates = new LongAdder();
    private final FateCounts fates = new FateCounts();

    private volatile Measured measured = new Measured(ProbeKind.ICMP_ECHO, List.of(), new BitSet());

    private final List<Pair> pairs = new ArrayList<>();
    private long openRound = Long.MIN_VALUE;
    private long nextLiveNanos = Long.MIN_VALUE;
    private boolean turned;

    /** @param probed the indices that are probed now; the others only wait for their last fates */
    private record Measured(ProbeKind kind, List<NodeId> byIndex, BitSet probed) {
    }

    public RoundRecorder(NodeId source, RoundShape shape, RoundSink sink) {
        this.source = source;
        this.shape = shape;
        this.sink = sink;
        this.roundNanos = shape.length().toNanos();
    }

    /**
     * Says how is measured and which destination each target index stands for, before the prober hears of the targets. An index that is no
     * longer probed keeps its place in the list until it is given to another destination, but has no live cell. Any thread.
     */
    public void measures(ProbeKind kind, List<NodeId> byIndex, BitSet probed) {
        measured = new Measured(kind, List.copyOf(byIndex), (BitSet) probed.clone());
    }

    /** Fates that belonged to no open round: the wall clock stepped. Any thread. */
    public long unplacedFates() {
        return unplacedFates.sum();
    }

    /** Any thread. */
    public FateCounts fates() {
        return fates;
    }

    @Override
    public void answered(int target, long sentNanos, long roundTripNanos) {
        fates.settled();
        Pair pair = pair(target);
        int micros = (int) Math.min((roundTripNanos + 500) / 1_000, Integer.MAX_VALUE);
        turned |= pair.recent.answered(micros);
        tallyOf(pair, sentNanos).answered(micros);
    }

    @Override
    public void lost(int target, long sentNanos) {
        fates.settled();
        Pair pair = pair(target);
        turned |= pair.recent.lost();
        tallyOf(pair, sentNanos).lost();
    }

    @Override
    public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
        fates.settled();
        Pair pair = pair(target);
        turned |= pair.recent.refused(reason, offender);
        tallyOf(pair, sentNanos).refused(reason, offender);
    }

    @Override
    public void notSent(int target, long dueNanos, String cause) {
        fates.notSent(cause);
        leftOut(target, dueNanos);
    }

    private void leftOut(int target, long dueNanos) {
        Pair pair = pair(target);
        pair.recent.notSent();
        tallyOf(pair, dueNanos).notSent();
    }

    /** Counts in the round as a packet that was not measured: what befell it happened on this host. */
    @Override
    public void disturbed(int target, long sentNanos, Disturbance cause) {
        fates.disturbed();
        leftOut(target, sentNanos);
    }

    @Override
    public void confirmed(int target) {
        turned |= pair(target).recent.outageConfirmed(true);
    }

    @Override
    public void withdrawn(int target) {
        turned |= pair(target).recent.outageConfirmed(false);
    }

    @Override
    public void duplicate(int target, long sentNanos) {
        fates.duplicate();
        tallyOf(pair(target), sentNanos).duplicate();
    }

    @Override
    public void tick(long nowNanos) {
        if (openRound == Long.MIN_VALUE) {
            openRound = Math.floorDiv(nowNanos, roundNanos);
            nextLiveNanos = nowNanos + LIVE_INTERVAL_NANOS;
        }
        closeRoundsDue(nowNanos);
        if (!sink.takesLiveRows()) {
            return;
        }
        boolean due = nowNanos >= nextLiveNanos;
        boolean mayFlush = nowNanos >= nextLiveNanos - LIVE_INTERVAL_NANOS + FLUSH_INTERVAL_NANOS;
        if (due || (turned && mayFlush)) {
            sink.live(liveRow(nowNanos));
            nextLiveNanos = nowNanos + LIVE_INTERVAL_NANOS;
            turned = false;
        } else if (nextLiveNanos - nowNanos > LIVE_INTERVAL_NANOS) {
            // The wall clock stepped back.
            nextLiveNanos = nowNanos + LIVE_INTERVAL_NANOS;
        }
    }

    private void closeRoundsDue(long nowNanos) {
        long settleNanos = shape.lossThreshold().toNanos() + CLOSING_MARGIN_NANOS;
        long newestDue = Math.floorDiv(nowNanos - settleNanos, roundNanos) - 1;
        if (newestDue < openRound - 2) {
            // The wall clock stepped back by more than a round: give out what was counted and go on from there.
            close(openRound);
            close(openRound + 1);
            openRound = newestDue + 1;
            return;
        }
        // Only two rounds can hold packets; the empty ones that a jump ahead leaves between are passed over.
        for (int i = 0; openRound <= newestDue && i < 2; i++) {
            close(openRound++);
        }
        openRound = Math.max(openRound, newestDue + 1);
    }

    private void close(long round) {
        List<NodeId> names = measured.byIndex();
        List<PairResult> results = new ArrayList<>(pairs.size());
        for (int i = 0; i < pairs.size(); i++) {
            RoundTally tally = pairs.get(i).tally(round);
            if (!tally.isEmpty() && i < names.size()) {
                results.add(tally.result(names.get(i)));
            }
            tally.clear();
        }
        if (!results.isEmpty()) {
            sink.finished(new MatrixRow(source, measured.kind(), instant(round * roundNanos), shape.length(), results));
        }
    }

    private LiveRow liveRow(long nowNanos) {
        List<NodeId> names = measured.byIndex();
        BitSet probed = measured.probed();
        List<LiveRow.Cell> cells = new ArrayList<>(pairs.size());
        for (int i = 0; i < pairs.size() && i < names.size(); i++) {
            Pair pair = pairs.get(i);
            if (probed.get(i) && !pair.recent.isEmpty() && pair.owner.equals(names.get(i))) {
                cells.add(pair.recent.cell(names.get(i)));
            }
        }
        return new LiveRow(source, measured.kind(), instant(nowNanos), shape.length(), cells);
    }

    private RoundTally tallyOf(Pair pair, long sentNanos) {
        long round = Math.floorDiv(sentNanos, roundNanos);
        if (round == openRound || round == openRound + 1) {
            return pair.tally(round);
        }
        unplacedFates.increment();
        pair.unplaced.clear();
        return pair.unplaced;
    }

    private Pair pair(int target) {
        List<NodeId> names = measured.byIndex();
        while (pairs.size() <= target) {
            pairs.add(new Pair(names.get(pairs.size()), shape.packets()));
        }
        Pair pair = pairs.get(target);
        if (!pair.owner.equals(names.get(target))) {
            pair = new Pair(names.get(target), shape.packets());
            pairs.set(target, pair);
        }
        return pair;
    }

    private static Instant instant(long epochNanos) {
        return Instant.ofEpochSecond(Math.floorDiv(epochNanos, 1_000_000_000L),
                Math.floorMod(epochNanos, 1_000_000_000L));
    }

    /** Two rounds are open at a time: the one whose packets are being sent and the one whose last fates are awaited. */
    private static final class Pair {

        private final NodeId owner;
        private final RecentPackets recent;
        private final RoundTally even;
        private final RoundTally odd;
        private final RoundTally unplaced;

        Pair(NodeId owner, int packets) {
            this.owner = owner;
            this.recent = new RecentPackets(packets);
            this.even = new RoundTally(packets);
            this.odd = new RoundTally(packets);
            this.unplaced = new RoundTally(1);
        }

        RoundTally tally(long round) {
            return (round & 1) == 0 ? even : odd;
        }
    }
}
