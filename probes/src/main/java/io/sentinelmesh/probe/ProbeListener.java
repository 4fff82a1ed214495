package io.sentinelmesh.probe;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;

/**
 * Hears the fate of every test packet, exactly one of answered, lost, refused or notSent for each. Called on the engine thread: must neither
 * block nor throw, and should not allocate. {@code sentNanos} is the wall clock (nanoseconds since the epoch) at which the packet left.
 */
public interface ProbeListener {

    /**
     * @param roundTripNanos never negative
     */
    void answered(int target, long sentNanos, long roundTripNanos);

    /** No answer within the loss threshold. */
    void lost(int target, long sentNanos);

    /** An ICMP error or a TCP reset came back instead of an answer. */
    void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender);

    /** The packet could not leave this host. */
    void notSent(int target, long dueNanos, String cause);

    /** Another answer to a packet that was answered already. */
    void duplicate(int target, long sentNanos);

    /** Called between packets, at least ten times a second, so that the listener can close a round without a thread of its own. */
    void tick(long nowNanos);
}
