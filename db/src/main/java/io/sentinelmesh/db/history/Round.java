package io.sentinelmesh.db.history;

import java.time.Instant;
import java.util.Optional;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RoundTripDelays;

/**
 * What a store keeps of one pair's round.
 *
 * @param delays empty if no packet was answered
 */
public record Round(Instant start, int sent, int received, Optional<Delays> delays) {

    public static Round of(Instant start, PairResult result) {
        return new Round(start, result.sent(), result.received(), summary(result.delays()));
    }

    /** Nearest ranks, so each is a delay that was measured. */
    private static Optional<Delays> summary(RoundTripDelays delays) {
        return delays.isEmpty()
                ? Optional.empty()
                : Optional.of(new Delays(delays.minMicros(), delays.quantileMicros(0.25), delays.medianMicros(),
                        delays.quantileMicros(0.75), delays.maxMicros()));
    }
}
