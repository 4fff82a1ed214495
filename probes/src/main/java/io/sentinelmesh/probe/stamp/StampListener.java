package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.Disturbance;

/**
 * Hears the fate of every test packet, exactly one of answered, lost, refused or notSent for each, by target and flow (0 to flows - 1). Called on
 * the engine thread: must neither block nor throw, and should not allocate. {@code sentNanos} is the wall clock at which the packet left,
 * nanoseconds since the epoch.
 */
public interface StampListener {

    /** @param answer valid during the call only */
    void answered(int target, int flow, StampAnswer answer);

    /**
     * The reflector said later when exactly its answer left (RFC 8972 section 4.7). Replaces what {@link #answered} told of this packet.
     *
     * @param sequence of the packet within its flow
     * @param residenceNanos how long the reflector had it, its kernel's work included
     * @param netRoundTripNanos never negative
     */
    default void refined(int target, int flow, int sequence, long residenceNanos, long netRoundTripNanos) {
    }

    /** No answer within the loss threshold; on which way is told by {@link #attributed} once it is known. */
    void lost(int target, int flow, int sequence, long sentNanos);

    /**
     * So many of the packets that were told as lost were lost on the way there, on the way back, or nobody can say. Told when the next answer of
     * the flow brings the reflector's counter.
     */
    void attributed(int target, int flow, int forward, int backward, int unknown);

    /** An ICMP error came back instead of an answer. */
    void refused(int target, int flow, int sequence, long sentNanos, RefusalReason reason, InetAddress offender);

    /** The packet could not leave this host. */
    void notSent(int target, int flow, long dueNanos, String cause);

    /**
     * An answer came, but this host's wall clock was set meanwhile, or nobody but this program, which was held up, has timed it: the delay is not
     * known. To a listener that makes no difference it is one more packet that was not measured.
     */
    default void disturbed(int target, int flow, int sequence, long sentNanos, Disturbance cause) {
        notSent(target, flow, sentNanos, cause.label());
    }

    /** Another answer to a packet that was answered already: the request was doubled on the way there, or the answer on the way back. */
    void duplicate(int target, int flow, boolean forward);

    /** An answer came in after that of a later packet; the request or the answer was overtaken (RFC 4737). */
    void reordered(int target, int flow, boolean forward);

    /** Called between packets, at least ten times a second. */
    void tick(long nowNanos);
}
