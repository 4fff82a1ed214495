package io.sentinelmesh.db;

import java.time.Instant;
import java.util.Optional;

/**
 * One step of a pair's history.
 *
 * @param delays empty if no packet was answered
 */
public record HistoryPoint(Instant start, long sent, long received, Optional<Delays> delays) {

    /**
     * Microseconds. How much the delay varied follows from these: the packet delay variation of RFC 5481 (section 4.2) is a delay less the
     * minimum, so its median is {@code median - min} and its range {@code max - min}.
     */
    public record Delays(int min, int lowerQuartile, int median, int upperQuartile, int max, int mean) {
    }
}
