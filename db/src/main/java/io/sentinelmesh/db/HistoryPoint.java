package io.sentinelmesh.db;

import java.time.Instant;
import java.util.Optional;

/**
 * One step of a pair's history.
 *
 * @param delays empty if no packet was answered
 */
public record HistoryPoint(Instant start, long sent, long received, Optional<Delays> delays) {

    /** Microseconds. */
    public record Delays(int min, int lowerQuartile, int median, int upperQuartile, int max) {
    }
}
