package io.sentinelmesh.probe.stamp;

import java.util.List;

import io.sentinelmesh.probe.nativenet.Pollable;

/**
 * The network as the sender sees it: one source port per flow, for all destinations. Called by the engine thread alone. Nothing here throws for
 * what the network did.
 */
interface StampNetwork extends AutoCloseable {

    /** From now on a packet names its destination by its place in this list. */
    void destinations(List<StampTarget> destinations);

    /** @return 0, or the errno for which the packet could not leave, positive */
    int send(int flow, int destination, byte[] packet, int length);

    /**
     * Tells what came in, a transmit timestamp before the answer to its packet.
     *
     * @return whether all was read; if not, there is more already
     */
    boolean receive(StampEvents events);

    List<Pollable> pollables();

    @Override
    void close();
}
