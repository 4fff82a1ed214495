package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.util.List;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.Pollable;

/** The network as the connect engine sees it: connections by the number of their slot. Real sockets, or a test's. Engine thread. */
interface ConnectNetwork extends AutoCloseable {

    /** How many connections may be under way at once: the slots are 0 to one less. */
    int slots();

    /** Where {@link #begin} connects to, in this order from now on; what is under way goes on. */
    void destinations(List<InetAddress> addresses);

    /**
     * Sends the SYN.
     *
     * @param slot free
     * @return 0 if it is under way, or a negative errno: the slot is free still
     */
    int begin(int slot, int destination);

    /** Looks which connections have something to tell, without waiting, and answers how many. */
    int poll();

    /** Whether {@link #poll} may have left some untold. */
    boolean isPollFull(int events);

    /** Tells of one of those. A slot that was told of as ended is free again: its connection was reset. */
    void tell(int event, Ends ends);

    /** Gives the connection up: its slot is free again. */
    void abandon(int slot);

    /** What has something to read when connections have something to tell. */
    List<Pollable> pollables();

    @Override
    void close();

    /** How a connection attempt ended. */
    interface Ends {

        /**
         * @param kernelMicros round trip of the SYN and its answer as the kernel measured it; 0 if it has none
         * @param repeats how often the SYN was sent again
         */
        void connected(int slot, int kernelMicros, int repeats);

        /** The destination answered with a reset. */
        void reset(int slot);

        void refused(int slot, RefusalReason reason, InetAddress offender);

        /** The kernel gave up by itself. */
        void expired(int slot);
    }
}
