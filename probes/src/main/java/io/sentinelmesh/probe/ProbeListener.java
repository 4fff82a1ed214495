package io.sentinelmesh.probe;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;

/**
 * Hears the fate of every test packet, exactly one of answered, lost, refused, notSent or disturbed for each. Called on the engine thread: must
 * neither block nor throw, and should not allocate. {@code sentNanos} is the wall clock (nanoseconds since the epoch) at which the packet left.
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

    /**
     * This host was held up, or its wall clock set, while the packet was under way: what became of it says nothing of the network, so it is
     * neither lost nor a delay. To a listener that makes no difference it is one more packet that was not measured.
     */
    default void disturbed(int target, long sentNanos, Disturbance cause) {
        notSent(target, sentNanos, cause.label());
    }

    /** Another answer to a packet that was answered already. */
    void duplicate(int target, long sentNanos);

    /** An answer to a packet whose loss was told already. */
    default void late(int target, long sentNanos) {
        // Most listeners are done with it.
    }

    /** An answer whose payload is not what was sent. The packet goes on waiting for a right one. */
    default void corrupt(int target, long sentNanos) {
        // Counted by the prober, too.
    }

    /** The hop limit that the answer told next arrived with, 0 to 255; only where the kernel says. */
    default void hopLimitSeen(int target, int hopLimit) {
        // One more number that few want.
    }

    /** A reply is missing for longer than is usual for this destination: a burst of packets beside the pace now finds out. */
    default void suspected(int target) {
        // Provisional: the packet's own fate is told as ever.
    }

    /** None of the burst was answered. Provisional, until {@link #withdrawn}. */
    default void confirmed(int target) {
        // As above.
    }

    /** Something answered after all: what was suspected, or confirmed, is over. */
    default void withdrawn(int target) {
        // As above.
    }

    /** Called between packets, at least ten times a second, so that the listener can close a round without a thread of its own. */
    void tick(long nowNanos);
}
