package io.sentinelmesh.aggregator.summary;

import java.util.Map;
import java.util.OptionalInt;

import io.sentinelmesh.aggregator.matrix.CellState;

/**
 * What some live cells come to.
 *
 * @param states how many cells there are in each state; those absent have none
 * @param sent of the newest round's worth of packets, of cells with data only, as is {@code received}
 * @param medianMicros the median of the cells' medians; empty if nothing was answered. A cell keeps no single delays.
 * @param p95Micros the 95th percentile of the cells' medians
 */
public record LiveFigures(Map<CellState, Integer> states, long sent, long received, OptionalInt medianMicros,
        OptionalInt p95Micros) {

    public static final LiveFigures NONE = new LiveFigures(Map.of(), 0, 0, OptionalInt.empty(), OptionalInt.empty());

    public LiveFigures {
        states = Map.copyOf(states);
    }

    public int count(CellState state) {
        return states.getOrDefault(state, 0);
    }

    public int pairs() {
        return states.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Cells that tell something of the network. */
    public int pairsWithData() {
        return count(CellState.OK) + count(CellState.DEGRADED) + count(CellState.DOWN);
    }

    /** 0.0 to 1.0, or NaN where nothing was sent. */
    public double lossRatio() {
        return sent == 0 ? Double.NaN : (double) (sent - received) / sent;
    }
}
