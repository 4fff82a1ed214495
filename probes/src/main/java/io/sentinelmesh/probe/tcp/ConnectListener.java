package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;

/**
 * Hears the fate of every connection attempt, exactly one for each. Called on the engine thread: must neither block nor throw. {@code sentNanos} is
 * the wall clock (nanoseconds since the epoch) just before the SYN left.
 */
interface ConnectListener {

    /**
     * @param kernelNanos the kernel's own round-trip time of SYN and SYN-ACK; 0 if it has none, as after a repeated SYN
     * @param connectNanos from the call until the engine heard of it, waiting for the processor included
     * @param repeats how often the SYN was sent again: so many losses, of it or of its answer
     */
    void connected(int target, long sentNanos, long kernelNanos, long connectNanos, int repeats);

    /** The destination took no connection: a reset came, after so long. */
    void reset(int target, long sentNanos, long connectNanos);

    /** An ICMP error came, or this host itself refused. */
    void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender);

    void timedOut(int target, long sentNanos);

    void notSent(int target, long dueNanos, String cause);

    /** At least twenty times a second. */
    void tick(long nowNanos);
}
