package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * A reflector to probe.
 *
 * @param index the caller's own number for it, 0 or more and below 1,000,000, told back with each fate; never reused for another address while
 *            packets may be under way
 * @param port where it listens, 1 to 65,535
 * @param ownInterval between two packets of one flow to it; the sender's if empty
 */
public record StampTarget(int index, InetAddress address, int port, Optional<Duration> ownInterval) {

    static final int MOST_INDEX = 1_000_000;

    public StampTarget {
        if (index < 0 || index >= MOST_INDEX) {
            throw new IllegalArgumentException("target index " + index + " is not from 0 to " + (MOST_INDEX - 1));
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a UDP port lies between 1 and 65535, not at " + port);
        }
    }

    public StampTarget(int index, InetAddress address, int port) {
        this(index, address, port, Optional.empty());
    }
}
