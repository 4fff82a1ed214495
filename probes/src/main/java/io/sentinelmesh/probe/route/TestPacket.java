package io.sentinelmesh.probe.route;

import java.util.Optional;

/**
 * One packet of one flow.
 *
 * @param hopLimit 1 to {@link TraceRequest#MOST_HOPS}; 0 stands for a packet of which an answer does not quote enough
 * @param attempt counts the packets with this hop limit from 0, less than {@link #MOST_ATTEMPTS}
 */
record TestPacket(int hopLimit, int attempt) {

    /** The first, the retries, and what asks whether a load balancer goes by flow. */
    static final int MOST_ATTEMPTS = 16;
    static final TestPacket UNKNOWN = new TestPacket(0, 0);

    private static final int HOP_LIMIT_BITS = 8;

    TestPacket {
        if (hopLimit < 0 || hopLimit > 0xff || attempt < 0 || attempt >= MOST_ATTEMPTS) {
            throw new IllegalArgumentException("hop limit " + hopLimit + ", attempt " + attempt);
        }
    }

    /** Below 65,536, so that it fits where a sequence number goes; never 0. */
    int number() {
        return attempt << HOP_LIMIT_BITS | hopLimit;
    }

    /** Empty for a number that no packet of a trace has. */
    static Optional<TestPacket> ofNumber(int number) {
        int hopLimit = number & 0xff;
        int attempt = number >>> HOP_LIMIT_BITS;
        boolean ours = hopLimit >= 1 && hopLimit <= TraceRequest.MOST_HOPS && attempt >= 0 && attempt < MOST_ATTEMPTS;
        return ours ? Optional.of(new TestPacket(hopLimit, attempt)) : Optional.empty();
    }
}
