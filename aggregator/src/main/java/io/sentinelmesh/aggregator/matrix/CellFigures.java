package io.sentinelmesh.aggregator.matrix;

import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RoundTripDelays;

/**
 * What is kept of a pair's newest round's worth of packets: without the single delays, because a million pairs are held at once.
 *
 * @param minMicros round-trip delay, as are the median and the maximum; all three are 0 and without meaning if nothing was answered
 */
public record CellFigures(int sent, int received, int minMicros, int medianMicros, int maxMicros) {

    public static CellFigures of(PairResult result) {
        RoundTripDelays delays = result.delays();
        return delays.isEmpty()
                ? new CellFigures(result.sent(), 0, 0, 0, 0)
                : new CellFigures(result.sent(), delays.count(), delays.minMicros(), delays.medianMicros(),
                        delays.maxMicros());
    }

    public boolean answered() {
        return received > 0;
    }

    public int lost() {
        return sent - received;
    }

    /** 0.0 to 1.0, or NaN where nothing was sent. */
    public double lossRatio() {
        return sent == 0 ? Double.NaN : (double) lost() / sent;
    }
}
