package io.sentinelmesh.aggregator.link;

import java.net.InetAddress;
import java.util.Optional;
import java.util.UUID;

import io.vertx.core.buffer.Buffer;

/**
 * How frames reach one agent, whatever they travel in. {@code send}, {@code close} and {@code congested} may be called by any thread, the rest by
 * the link's own event loop.
 */
interface Carrier {

    /** Where it comes from, as seen here. */
    Optional<InetAddress> peer();

    /** @param frame may be shared with other links: not to be changed */
    void send(Buffer frame);

    /** @param code of RFC 6455, section 7.4, where it is a WebSocket */
    void close(short code, String reason);

    /** Whether more waits than may: the agent does not read. */
    boolean congested();

    /** Nothing more of the agent is wanted until {@link #resume}. */
    void pause();

    void resume();

    /** This batch was taken and will be acknowledged, if nothing goes wrong. */
    void awaits(UUID boot, long sequence);

    /** The acknowledgement of this batch and all before is among what was sent. Any thread. */
    void acknowledged(UUID boot, long sequence);
}
