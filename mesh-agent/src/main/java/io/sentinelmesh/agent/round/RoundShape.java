package io.sentinelmesh.agent.round;

import java.time.Duration;

import io.sentinelmesh.probe.ProbePacing;

/**
 * How a round is measured.
 *
 * @param length 1 s to 1 h; rounds start at multiples of it since the epoch, the same instants on every agent
 * @param packets test packets to each destination in one round, spread evenly over it
 * @param lossThreshold the waiting time after which an unanswered packet counts as lost
 */
public record RoundShape(Duration length, int packets, Duration lossThreshold) {

    public static final RoundShape DEFAULT = new RoundShape(Duration.ofSeconds(10), 10, Duration.ofSeconds(1));

    /** One packet a millisecond to one destination for an hour is not monitoring any more. */
    public static final int MAX_PACKETS = 1_000;

    public RoundShape {
        if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a round lasts 1 s to 1 h, not " + length);
        }
        if (packets < 1 || packets > MAX_PACKETS) {
            throw new IllegalArgumentException("a round has 1 to " + MAX_PACKETS + " packets, not " + packets);
        }
        if (lossThreshold.compareTo(length) > 0) {
            throw new IllegalArgumentException("the loss threshold (" + lossThreshold
                    + ") must not be longer than the round (" + length + "): a round could never be closed in time");
        }
    }

    public ProbePacing pacing() {
        return new ProbePacing(length.dividedBy(packets), lossThreshold);
    }
}
