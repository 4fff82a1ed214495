package io.sentinelmesh.agent.spool;

import java.time.Duration;

/**
 * How much a spool may hold, and how safely.
 *
 * @param maxBytes of all segments on disk
 * @param maxAge of a row, by this host's clock
 * @param segmentBytes what is dropped at once when the spool is full, and freed at once when it is acknowledged
 * @param heldBytes rows kept in memory while the disk does not take them
 */
public record SpoolSettings(long maxBytes, Duration maxAge, long segmentBytes, long heldBytes) {

    /** A day of a thousand destinations measured by echo and by STAMP. */
    public static final long DEFAULT_MAX_BYTES = 512L << 20;
    public static final Duration DEFAULT_MAX_AGE = Duration.ofDays(7);
    public static final long LEAST_MAX_BYTES = 1L << 20;
    public static final Duration LEAST_MAX_AGE = Duration.ofMinutes(1);

    private static final int SEGMENTS_AT_LEAST = 16;
    private static final long MOST_SEGMENT_BYTES = 4L << 20;
    /** Some 300,000 results of ten delays: 25 minutes of a thousand destinations measured by echo and by STAMP. */
    private static final long HELD_BYTES = 8L << 20;

    public static final SpoolSettings DEFAULT = of(DEFAULT_MAX_BYTES, DEFAULT_MAX_AGE);

    public SpoolSettings {
        if (maxBytes < LEAST_MAX_BYTES) {
            throw new IllegalArgumentException("a spool holds at least " + LEAST_MAX_BYTES + " bytes, not " + maxBytes);
        }
        if (maxAge.compareTo(LEAST_MAX_AGE) < 0) {
            throw new IllegalArgumentException(
                    "a spool keeps rows for at least " + LEAST_MAX_AGE + ", not " + maxAge);
        }
    }

    public static SpoolSettings of(long maxBytes, Duration maxAge) {
        return new SpoolSettings(maxBytes, maxAge, Math.min(MOST_SEGMENT_BYTES, maxBytes / SEGMENTS_AT_LEAST),
                HELD_BYTES);
    }
}
