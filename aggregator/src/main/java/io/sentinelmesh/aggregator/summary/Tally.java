package io.sentinelmesh.aggregator.summary;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;

import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;

/** Adds live cells up. For one thread. */
final class Tally {

    /** By the state's code. */
    private final int[] states = new int[CellState.values().length];
    private long sent;
    private long received;
    private int[] medians = new int[4];
    private int answered;

    /** As {@link LiveMatrix.CellVisitor} tells it. */
    void add(CellState state, int cellSent, int cellReceived, int medianMicros) {
        states[state.code()]++;
        if (!tellsOfTheNetwork(state)) {
            return;
        }
        sent += cellSent;
        received += cellReceived;
        if (cellReceived > 0) {
            if (answered == medians.length) {
                medians = Arrays.copyOf(medians, 2 * answered);
            }
            medians[answered++] = medianMicros;
        }
    }

    private static boolean tellsOfTheNetwork(CellState state) {
        return switch (state) {
            case OK, DEGRADED, DOWN -> true;
            case NO_DATA, NOT_PROBED, MAINTENANCE, PROBER_IMPAIRED, BEHIND_NAT -> false;
        };
    }

    LiveFigures figures() {
        Arrays.sort(medians, 0, answered);
        Map<CellState, Integer> counts = new EnumMap<>(CellState.class);
        for (CellState state : CellState.values()) {
            if (states[state.code()] > 0) {
                counts.put(state, states[state.code()]);
            }
        }
        return new LiveFigures(counts, sent, received, quantile(0.5), quantile(0.95));
    }

    /** Nearest rank. */
    private OptionalInt quantile(double q) {
        return answered == 0
                ? OptionalInt.empty()
                : OptionalInt.of(medians[Math.max(1, (int) Math.ceil(q * answered)) - 1]);
    }
}
