package io.sentinelmesh.probe.udp;

import java.net.InetAddress;
import java.util.List;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.Pollable;

/** The network as the request engine sees it: requests by the number of their slot. Real sockets, or a test's. Engine thread. */
interface RequestNetwork extends AutoCloseable {

    /** How many requests may be under way at once: the slots are 0 to one less. */
    int slots();

    /**
     * Sends one request.
     *
     * @return 0, or a negative errno: the slot is free still
     */
    int send(int slot);

    /** Looks which requests have something to tell, without waiting, and answers how many. */
    int poll();

    /** Whether {@link #poll} may have left some untold. */
    boolean isPollFull(int events);

    void tell(int event, Events events);

    /** No more of this request: its slot is free again. */
    void end(int slot);

    List<Pollable> pollables();

    @Override
    void close();

    /** What becomes of a request. */
    interface Events {

        /** @param wallNanos when it left this host, by the kernel's stamp */
        void transmitted(int slot, long wallNanos);

        /**
         * From the target's address and port.
         *
         * @param wallNanos when it came in; 0 if the kernel did not say
         */
        void answered(int slot, long wallNanos, byte[] payload);

        void refused(int slot, RefusalReason reason, InetAddress offender);
    }
}
