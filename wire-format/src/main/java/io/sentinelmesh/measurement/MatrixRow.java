package io.sentinelmesh.measurement;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One source's finished round towards all its destinations.
 *
 * @param roundStart by the source's wall clock, a multiple of {@code roundLength} since the epoch
 * @param roundLength 10 s by default
 */
public record MatrixRow(NodeId source, ProbeKind kind, Instant roundStart, Duration roundLength,
        List<PairResult> results) {

    public MatrixRow {
        results = List.copyOf(results);
        requireRound(roundLength);
    }

    /**
     * @throws IllegalArgumentException if no round may last that long
     */
    public static void requireRound(Duration roundLength) {
        if (roundLength.compareTo(Duration.ofSeconds(1)) < 0 || roundLength.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a round lasts 1 s to 1 h, not " + roundLength);
        }
    }
}
