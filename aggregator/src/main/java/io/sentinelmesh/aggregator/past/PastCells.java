package io.sentinelmesh.aggregator.past;

import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalInt;

import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.CellFigures;
import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.aggregator.matrix.StateRules;
import io.sentinelmesh.db.reads.UnanswerableException;
import io.sentinelmesh.measurement.ProbeKind;

/** Cells of a past instant as columns, some 60 bytes a cell, for a million may be asked for at once. For one thread. */
public final class PastCells {

    private static final int FIRST_CAPACITY = 256;
    private static final int UNKNOWN = -1;

    private final int most;
    private final PairTable pairs = new PairTable();
    private int[] sources = new int[FIRST_CAPACITY];
    private int[] destinations = new int[FIRST_CAPACITY];
    private byte[] kinds = new byte[FIRST_CAPACITY];
    private int[] sent = new int[FIRST_CAPACITY];
    private int[] received = new int[FIRST_CAPACITY];
    private int[] minMicros = new int[FIRST_CAPACITY];
    private int[] medianMicros = new int[FIRST_CAPACITY];
    private int[] maxMicros = new int[FIRST_CAPACITY];
    private int[] baselineMicros = new int[FIRST_CAPACITY];
    private long[] startMillis = new long[FIRST_CAPACITY];

    /**
     * @param most beyond so many cells the question is refused
     */
    PastCells(int most) {
        this.most = most;
    }

    /** The last word on a pair in its kind; a cell of another kind that is there already stays, for kinds come in the order of preference. */
    void put(int source, int destination, ProbeKind kind, long start, CellFigures figures) {
        int before = pairs.size();
        int cell = pairs.enter(source, destination);
        if (cell == before) {
            open(cell, source, destination, kind);
        } else if (kinds[cell] != kind.number()) {
            return;
        }
        sent[cell] = figures.sent();
        received[cell] = figures.received();
        minMicros[cell] = figures.minMicros();
        medianMicros[cell] = figures.medianMicros();
        maxMicros[cell] = figures.maxMicros();
        startMillis[cell] = start;
    }

    private void open(int cell, int source, int destination, ProbeKind kind) {
        if (cell == most) {
            throw new UnanswerableException("the matrix of that instant has more than " + most + " cells");
        }
        if (cell == sources.length) {
            grow(Math.min(most, cell + cell / 2));
        }
        sources[cell] = source;
        destinations[cell] = destination;
        kinds[cell] = (byte) kind.number();
        baselineMicros[cell] = UNKNOWN;
    }

    /** What was usual for a pair before. */
    void usual(int source, int destination, ProbeKind kind, int micros) {
        int cell = pairs.find(source, destination);
        if (cell >= 0 && kinds[cell] == kind.number()) {
            baselineMicros[cell] = micros;
        }
    }

    boolean has(ProbeKind kind) {
        for (int cell = 0; cell < size(); cell++) {
            if (kinds[cell] == kind.number()) {
                return true;
            }
        }
        return false;
    }

    public int size() {
        return pairs.size();
    }

    /** Of the nodes of the {@link PastMatrix}, as is the destination. */
    public int source(int cell) {
        return sources[cell];
    }

    public int destination(int cell) {
        return destinations[cell];
    }

    public long startMillis(int cell) {
        return startMillis[cell];
    }

    /** Judged. */
    public Cell cell(int cell) {
        OptionalInt usual = baselineMicros[cell] == UNKNOWN
                ? OptionalInt.empty()
                : OptionalInt.of(baselineMicros[cell]);
        CellState state = StateRules.judgePast(sent[cell], received[cell], medianMicros[cell], usual);
        return new Cell(sources[cell], destinations[cell], state, ProbeKind.ofNumber(kinds[cell]),
                new CellFigures(sent[cell], received[cell], minMicros[cell], medianMicros[cell], maxMicros[cell]),
                usual, Instant.ofEpochMilli(startMillis[cell]));
    }

    private void grow(int capacity) {
        sources = Arrays.copyOf(sources, capacity);
        destinations = Arrays.copyOf(destinations, capacity);
        kinds = Arrays.copyOf(kinds, capacity);
        sent = Arrays.copyOf(sent, capacity);
        received = Arrays.copyOf(received, capacity);
        minMicros = Arrays.copyOf(minMicros, capacity);
        medianMicros = Arrays.copyOf(medianMicros, capacity);
        maxMicros = Arrays.copyOf(maxMicros, capacity);
        baselineMicros = Arrays.copyOf(baselineMicros, capacity);
        startMillis = Arrays.copyOf(startMillis, capacity);
    }
}
