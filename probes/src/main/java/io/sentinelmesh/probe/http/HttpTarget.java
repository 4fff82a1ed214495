package io.sentinelmesh.probe.http;

import java.time.Duration;

/**
 * One check that is made again and again.
 *
 * @param index the caller's own number for it, told back with each result
 * @param interval from one begin to the next, at least {@link #SHORTEST_INTERVAL}
 */
public record HttpTarget(int index, HttpCheck check, Duration interval) {

    public static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    public HttpTarget {
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new IllegalArgumentException("an interval of " + interval.toMillis() + " ms is shorter than "
                    + SHORTEST_INTERVAL.toMillis() + " ms");
        }
    }
}
