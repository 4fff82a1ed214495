package io.sentinelmesh.probe;

import java.net.InetAddress;

/**
 * @param index the caller's own number for this destination, 0 or more and small, told back with each fate; never reused for another address
 *            while packets may be under way
 */
public record ProbeTarget(int index, InetAddress address) {

    public ProbeTarget {
        if (index < 0) {
            throw new IllegalArgumentException("target index " + index + " is negative");
        }
    }
}
