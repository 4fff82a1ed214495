package io.sentinelmesh.aggregator.summary;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;

import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.CellFigures;
import io.sentinelmesh.aggregator.matrix.CellState;

/** Adds live cells up. For one thread. */
final class Tally {

    private final Map<CellState, Integer> states = new EnumMap<>(CellState.class);
    private long sent;
    private long received;
    private int[] medians = new int[4];
    private int answered;

    void add(Cell cell) {
        states.merge(cell.state(), 1, Integer::sum);
        if (!tellsOfTheNetwork(cell.state())) {
            return;
        }
        CellFigures figures = cell.figures();
        sent += figures.sent();
        received += figures.received();
        if (figures.answered()) {
            if (answered == medians.length) {
                medians = Arrays.copyOf(medians, 2 * answered);
            }
            medians[answered++] = figures.medianMicros();
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
        return new LiveFigures(states, sent, received, quantile(0.5), quantile(0.95));
    }

    /** Nearest rank. */
    private OptionalInt quantile(double q) {
        return answered == 0
                ? OptionalInt.empty()
                : OptionalInt.of(medians[Math.max(1, (int) Math.ceil(q * answered)) - 1]);
    }
}
