package io.sentinelmesh.probe.route;

import java.time.Duration;

/**
 * How a way is to be traced.
 *
 * @param flows 1 to {@link #MOST_FLOWS}
 * @param mostHops 1 to {@link #MOST_HOPS}
 * @param expectedHops how many the way had the last time; 0 if not known
 * @param timeout after which a packet counts as unanswered: the loss threshold
 * @param retries rounds in which what was not answered is asked for again, 0 to {@link #MOST_RETRIES}
 */
public record TraceRequest(int flows, int mostHops, int expectedHops, Duration timeout, int retries) {

    public static final int MOST_FLOWS = 32;
    public static final int MOST_HOPS = 64;
    public static final int MOST_RETRIES = 8;

    public TraceRequest {
        require("flows", flows, 1, MOST_FLOWS);
        require("hops", mostHops, 1, MOST_HOPS);
        require("expected hops", expectedHops, 0, mostHops);
        require("retries", retries, 0, MOST_RETRIES);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a trace needs time to wait for answers, not " + timeout);
        }
    }

    private static void require(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": from " + least + " to " + most + ", not " + value);
        }
    }
}
