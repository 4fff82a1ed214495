package io.sentinelmesh.probe;

import java.time.Duration;

/**
 * @param interval between two test packets to one destination; destinations are spread evenly over it
 * @param lossThreshold the waiting time after which an unanswered packet counts as lost (RFC 7680, section 2.6)
 */
public record ProbePacing(Duration interval, Duration lossThreshold) {

    public static final ProbePacing DEFAULT = new ProbePacing(Duration.ofSeconds(1), Duration.ofSeconds(1));

    public ProbePacing {
        requireBetween("interval", interval, Duration.ofMillis(1), Duration.ofHours(1));
        requireBetween("loss threshold", lossThreshold, Duration.ofMillis(10), Duration.ofMinutes(1));
    }

    private static void requireBetween(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " must lie between " + least + " and " + most + ", not " + value);
        }
    }
}
