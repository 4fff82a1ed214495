package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * @param index the caller's own number for this destination, 0 or more and small, told back with each fate; never reused for another address
 *            while packets may be under way
 * @param ownInterval between two packets to this destination; the prober's if empty
 */
public record ProbeTarget(int index, InetAddress address, Optional<Duration> ownInterval) {

    public ProbeTarget {
        if (index < 0) {
            throw new IllegalArgumentException("target index " + index + " is negative");
        }
        ownInterval.ifPresent(ProbePacing::requireInterval);
    }

    public ProbeTarget(int index, InetAddress address) {
        this(index, address, Optional.empty());
    }
}
