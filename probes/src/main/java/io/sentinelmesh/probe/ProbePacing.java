package io.sentinelmesh.probe;

import java.time.Duration;

/**
 * @param interval between two test packets to one destination; destinations are spread evenly over it
 * @param lossThreshold the waiting time after which an unanswered packet counts as lost (RFC 7680, section 2.6)
 * @param packetsPerTarget after so many a destination is sent no more; {@link #UNENDING} in a mesh
 */
public record ProbePacing(Duration interval, Duration lossThreshold, int packetsPerTarget) {

    public static final int UNENDING = Integer.MAX_VALUE;
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofHours(24);

    // Last: made by what stands above.
    public static final ProbePacing DEFAULT = new ProbePacing(Duration.ofSeconds(1), Duration.ofSeconds(1));

    public ProbePacing {
        requireInterval(interval);
        requireBetween("loss threshold", lossThreshold, Duration.ofMillis(10), Duration.ofMinutes(1));
        if (packetsPerTarget < 1) {
            throw new IllegalArgumentException("each target gets 1 packet or more, not " + packetsPerTarget);
        }
    }

    public ProbePacing(Duration interval, Duration lossThreshold) {
        this(interval, lossThreshold, UNENDING);
    }

    static void requireInterval(Duration interval) {
        requireBetween("interval", interval, SHORTEST_INTERVAL, LONGEST_INTERVAL);
    }

    private static void requireBetween(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " must lie between " + least + " and " + most + ", not " + value);
        }
    }
}
