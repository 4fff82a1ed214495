package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.util.List;

import io.sentinelmesh.probe.nativenet.Pollable;

/**
 * The network as the echo engine sees it: a batch of requests out, a batch of events in. Called by the engine thread alone. Nothing here throws
 * for what the network did.
 */
interface EchoSocket extends AutoCloseable {

    /** From now on a request names its destination by its place in this list. */
    void destinations(List<InetAddress> destinations);

    /** Sends what it can; each request of the batch that could not leave this host is marked with the reason. */
    void send(EchoBatch batch);

    /**
     * Tells what came in, a transmit timestamp before the reply to its packet.
     *
     * @return whether all was read; if not, there is more already
     */
    boolean receive(EchoEvents events);

    /** What to wait for; the same list for the socket's whole life. */
    List<Pollable> pollables();

    @Override
    void close();
}
