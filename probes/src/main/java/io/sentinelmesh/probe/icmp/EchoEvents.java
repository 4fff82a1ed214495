package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;

/** What the network brings. Whether nonce and sequence number are ours is for the hearer to judge. Times are nanoseconds since the epoch. */
interface EchoEvents {

    /** No hop limit was told. */
    int NO_HOP_LIMIT = -1;

    /** A request passed out of the kernel. */
    void transmitted(long nonce, long sequence, long wallNanos);

    /**
     * @param intact whether the reply brings back every byte of the request
     * @param hopLimit the reply arrived with, or {@link #NO_HOP_LIMIT}
     * @param wallNanos when it reached the kernel; 0 if the kernel did not say
     */
    void replied(long nonce, long sequence, boolean intact, int hopLimit, long wallNanos);

    void refused(long nonce, long sequence, RefusalReason reason, InetAddress offender);

    /** The refusal quoted the first eight bytes of the request and no more, as RFC 792 permits: the low 16 bits of the sequence number. */
    void refusedBriefly(int sequence16, RefusalReason reason, InetAddress offender);
}
