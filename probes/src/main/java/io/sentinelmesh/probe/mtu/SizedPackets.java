package io.sentinelmesh.probe.mtu;

/** Packets of any size to one destination, one at a time: kernel sockets, or a simulated path. One thread. */
interface SizedPackets extends AutoCloseable {

    /**
     * Sends one that must not be cut, and waits for what becomes of it.
     *
     * @param bytes of the whole IP packet
     */
    Fate send(int bytes, long timeoutNanos) throws InterruptedException;

    /** Waits without sending. */
    void pause(long nanos) throws InterruptedException;

    @Override
    void close();
}
