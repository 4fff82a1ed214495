package io.sentinelmesh.aggregator.matrix;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RoundTripDelays;

/**
 * One source's newest row of one kind: a column of numbers for each figure, about 45 bytes a cell, because a million of them are held at once.
 * A cell has a slot, found by its destination's index; slots move when a cell goes.
 */
final class KindRow {

    private static final int FIRST_CAPACITY = 8;

    /** In which it is noted when a baseline was taught last; as an int of these, nanoTime wraps after six years. */
    private static final long LEARNT_UNIT_NANOS = 100_000_000;

    final ProbeKind kind;

    /** Destinations that have a cell. */
    final BitSet present = new BitSet();

    /** Destinations whose cell looks different since the last tick, or came or went. */
    BitSet changed = new BitSet();

    private final SlotTable slots = new SlotTable();
    private char[] destinations = new char[FIRST_CAPACITY];
    private int[] codes = new int[FIRST_CAPACITY];
    private char[] sent = new char[FIRST_CAPACITY];
    private char[] received = new char[FIRST_CAPACITY];
    private int[] minMicros = new int[FIRST_CAPACITY];
    private int[] medianMicros = new int[FIRST_CAPACITY];
    private int[] maxMicros = new int[FIRST_CAPACITY];
    private long[] lostMasks = new long[FIRST_CAPACITY];
    private byte[] fates = new byte[FIRST_CAPACITY];
    private float[] usualMicros = new float[FIRST_CAPACITY];
    private char[] usualRounds = new char[FIRST_CAPACITY];
    private int[] learnt = new int[FIRST_CAPACITY];
    /** Cells by the code of their state. */
    private final int[] counts = new int[CellState.values().length];
    private int size;
    private Instant at = Instant.EPOCH;
    private Duration roundLength = Duration.ofSeconds(10);
    private long reportedNanos;
    private boolean fresh;
    private boolean current;

    KindRow(ProbeKind kind) {
        this.kind = kind;
    }

    /** @return whether it was not fresh before */
    boolean reported(Instant at, Duration roundLength, long nowNanos) {
        boolean before = fresh;
        this.at = at;
        this.roundLength = roundLength;
        this.reportedNanos = nowNanos;
        this.fresh = true;
        return !before;
    }

    /** @return whether the row went from fresh to stale or back */
    boolean refreshed(long heardNanos, long nowNanos) {
        boolean before = fresh;
        fresh = StateRules.fresh(Duration.ofNanos(nowNanos - heardNanos), Duration.ofNanos(nowNanos - reportedNanos),
                roundLength);
        return fresh != before;
    }

    boolean fresh() {
        return fresh;
    }

    long reportedNanos() {
        return reportedNanos;
    }

    /** Whether the source still reports this kind; an agent tells each kind that it uses once a second. */
    boolean current() {
        return current;
    }

    void current(boolean now) {
        current = now;
    }

    boolean stillReports(long nowNanos) {
        return nowNanos - reportedNanos <= StateRules.LONGEST_SILENCE.toNanos();
    }

    int size() {
        return size;
    }

    /** -1 if this source has no cell of this kind there. */
    int slotOf(int destination) {
        return slots.find(destination, destinations);
    }

    /** @return the slot of the new cell */
    int open(int destination, Baseline baseline, long nowNanos) {
        if (size == destinations.length) {
            grow();
        }
        int slot = size++;
        destinations[slot] = (char) destination;
        codes[slot] = CellCode.of(CellState.NO_DATA, CellCode.NOTHING_SENT, CellCode.NO_DELAY);
        counts[CellState.NO_DATA.code()]++;
        sent[slot] = 0;
        received[slot] = 0;
        lostMasks[slot] = 0;
        fates[slot] = 0;
        usualMicros[slot] = (float) baseline.micros();
        usualRounds[slot] = saturated(baseline.rounds());
        learnt[slot] = (int) (nowNanos / LEARNT_UNIT_NANOS);
        present.set(destination);
        slots.add(destination, slot, size, destinations);
        return slot;
    }

    /** Takes the cell away; the last one moves into its place. */
    Baseline close(int destination) {
        int slot = slotOf(destination);
        Baseline kept = new Baseline(usualMicros[slot], usualRounds[slot]);
        counts[CellCode.state(codes[slot])]--;
        int last = --size;
        slots.remove(slot, last, destinations);
        if (slot != last) {
            destinations[slot] = destinations[last];
            codes[slot] = codes[last];
            sent[slot] = sent[last];
            received[slot] = received[last];
            minMicros[slot] = minMicros[last];
            medianMicros[slot] = medianMicros[last];
            maxMicros[slot] = maxMicros[last];
            lostMasks[slot] = lostMasks[last];
            fates[slot] = fates[last];
            usualMicros[slot] = usualMicros[last];
            usualRounds[slot] = usualRounds[last];
            learnt[slot] = learnt[last];
        }
        present.clear(destination);
        return kept;
    }

    /** @return whether anyone looking would see a difference */
    boolean tell(int slot, LiveRow.Cell told, boolean impaired, long nowNanos) {
        RoundTripDelays delays = told.latest().delays();
        boolean answered = !delays.isEmpty();
        sent[slot] = saturated(told.latest().sent());
        received[slot] = saturated(delays.count());
        minMicros[slot] = answered ? delays.minMicros() : 0;
        medianMicros[slot] = answered ? delays.medianMicros() : 0;
        maxMicros[slot] = answered ? delays.maxMicros() : 0;
        lostMasks[slot] = told.recent().lostMask();
        fates[slot] = (byte) told.recent().count();
        if (!impaired) {
            learn(slot, nowNanos);
        }
        return judge(slot, impaired);
    }

    /** @return whether anyone looking would see a difference */
    boolean recall(int slot, Baseline usual, boolean impaired) {
        if (usualRounds[slot] >= Baseline.ROUNDS_TO_LEARN) {
            return false;
        }
        usualMicros[slot] = (float) usual.micros();
        usualRounds[slot] = saturated(usual.rounds());
        return judge(slot, impaired);
    }

    /** Once per round, and only from rounds without loss: what an impaired path takes is not what is usual for it. */
    private void learn(int slot, long nowNanos) {
        int now = (int) (nowNanos / LEARNT_UNIT_NANOS);
        if (now - learnt[slot] >= roundLength.toNanos() / LEARNT_UNIT_NANOS && received[slot] > 0
                && received[slot] == sent[slot]) {
            usualMicros[slot] = (float) Baseline.moved(usualMicros[slot], usualRounds[slot], medianMicros[slot]);
            usualRounds[slot] = saturated(usualRounds[slot] + 1);
            learnt[slot] = now;
        }
    }

    /** @return whether anyone looking would see a difference */
    boolean judge(int slot, boolean impaired) {
        CellState state = StateRules.judge(fresh, impaired, sent[slot], received[slot], medianMicros[slot],
                lostMasks[slot], fates[slot], Baseline.known(usualMicros[slot], usualRounds[slot]));
        int before = codes[slot];
        codes[slot] = CellCode.of(state, sent[slot], received[slot], medianMicros[slot]);
        counts[CellCode.state(before)]--;
        counts[state.code()]++;
        return codes[slot] != before;
    }

    int destination(int slot) {
        return destinations[slot];
    }

    int code(int slot) {
        return codes[slot];
    }

    /** How many cells are in this state. */
    int count(CellState state) {
        return counts[state.code()];
    }

    CellState state(int slot) {
        return CellState.ofCode(CellCode.state(codes[slot]));
    }

    Cell cell(int source, int slot) {
        int usual = Baseline.known(usualMicros[slot], usualRounds[slot]);
        return new Cell(source, destinations[slot], state(slot), kind,
                new CellFigures(sent[slot], received[slot], minMicros[slot], medianMicros[slot], maxMicros[slot]),
                usual == Baseline.NOT_KNOWN ? OptionalInt.empty() : OptionalInt.of(usual), at);
    }

    void tellTo(LiveMatrix.CellVisitor visitor, int slot) {
        visitor.cell(destinations[slot], state(slot), sent[slot], received[slot], medianMicros[slot]);
    }

    private void grow() {
        int capacity = Math.min(NodeTable.MOST_NODES, size + size / 2);
        destinations = Arrays.copyOf(destinations, capacity);
        codes = Arrays.copyOf(codes, capacity);
        sent = Arrays.copyOf(sent, capacity);
        received = Arrays.copyOf(received, capacity);
        minMicros = Arrays.copyOf(minMicros, capacity);
        medianMicros = Arrays.copyOf(medianMicros, capacity);
        maxMicros = Arrays.copyOf(maxMicros, capacity);
        lostMasks = Arrays.copyOf(lostMasks, capacity);
        fates = Arrays.copyOf(fates, capacity);
        usualMicros = Arrays.copyOf(usualMicros, capacity);
        usualRounds = Arrays.copyOf(usualRounds, capacity);
        learnt = Arrays.copyOf(learnt, capacity);
    }

    /** More than 65,535 packets in one window are as many as 65,535. */
    private static char saturated(int count) {
        return (char) Math.min(count, Character.MAX_VALUE);
    }
}
