package io.sentinelmesh.db.reads;

import java.util.Optional;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.DelayTotals;

/** Round-trip delays in microseconds. Minimum, mean and maximum are exact, median and 95th percentile off by at most 1.6 %. */
public record DelayFigures(int min, int median, int p95, int max, int mean) {

    private static final double HIGH = 0.95;

    /** Empty if nothing was answered. */
    public static Optional<DelayFigures> of(DelaySketch results) {
        return results.delays().map(delays -> new DelayFigures(delays.min(), delays.median(),
                results.quantileMicros(HIGH), delays.max(), delays.mean()));
    }

    /** Empty if nothing was answered. */
    public static Optional<DelayFigures> of(DelayTotals results) {
        return results.received() == 0
                ? Optional.empty()
                : Optional.of(new DelayFigures(results.minMicros(), results.quantileMicros(0.5),
                        results.quantileMicros(HIGH), results.maxMicros(), results.meanMicros()));
    }
}
