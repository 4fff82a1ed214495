package io.sentinelmesh.db.postgres;

import java.util.Arrays;
import java.util.Optional;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.tile.RoundTileReader;

/** All delays of the cells of one tile in one period, as they are: what a sketch of them is held against. */
final class PeriodCells {

    private static final int FIRST_ROOM = 64;

    private final int[][] delays = new int[Tile.CELLS][];
    private final int[] received = new int[Tile.CELLS];
    private final long[] sent = new long[Tile.CELLS];
    private final boolean[] there = new boolean[Tile.CELLS];

    PeriodCells() {
        Arrays.fill(delays, new int[0]);
    }

    void add(int cell, RoundTileReader round) {
        there[cell] = true;
        sent[cell] += round.sent();
        int more = round.received();
        if (received[cell] + more > delays[cell].length) {
            delays[cell] = Arrays.copyOf(delays[cell], Math.max(FIRST_ROOM, 2 * (received[cell] + more)));
        }
        for (int i = 0; i < more; i++) {
            // In the middle of a rank, so that rounding cannot reach the next one.
            delays[cell][received[cell]++] = round.quantileMicros((i + 0.5) / more);
        }
    }

    boolean has(int cell) {
        return there[cell];
    }

    long sent(int cell) {
        return sent[cell];
    }

    long received(int cell) {
        return received[cell];
    }

    /** Empty if nothing was received. */
    Optional<Delays> delays(int cell) {
        int count = received[cell];
        if (count == 0) {
            return Optional.empty();
        }
        int[] sorted = Arrays.copyOf(delays[cell], count);
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).asLongStream().sum() / (double) count;
        return Optional.of(new Delays(sorted[0], ranked(sorted, 0.25), ranked(sorted, 0.5), ranked(sorted, 0.75),
                sorted[count - 1], (int) Math.round(mean)));
    }

    private static int ranked(int[] sorted, double q) {
        return sorted[(int) Math.ceil(q * sorted.length) - 1];
    }
}
