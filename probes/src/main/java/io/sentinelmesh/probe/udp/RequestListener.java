package io.sentinelmesh.probe.udp;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;

/** Hears the fate of every request, exactly one for each. Engine thread. */
interface RequestListener {

    /** @param stamped whether the delay is between the kernel's two stamps; else it ends when the engine heard of the answer */
    void answered(long roundTripNanos, boolean stamped, byte[] payload);

    void refused(RefusalReason reason, InetAddress offender);

    /** No answer within the loss threshold. */
    void lost();

    void notSent(String cause);
}
