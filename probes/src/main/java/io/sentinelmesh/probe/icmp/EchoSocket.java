package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.util.List;

/**
 * The network as the echo engine sees it: a batch of requests out, a batch of events in, a wait. Called by the engine thread alone. Nothing here
 * throws for what the network did.
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

    /** Sleeps, at most so long; shorter if a packet comes in and {@code wakeOnPacket}. */
    void await(long nanos, boolean wakeOnPacket);

    @Override
    void close();
}
