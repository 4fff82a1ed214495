package io.sentinelmesh.aggregator.stream;

import io.vertx.core.buffer.Buffer;

/** One watcher of the live matrix, as the hub needs it. Any thread; nothing here waits. */
interface StreamClient {

    void text(String message);

    /** @param message shared with all other clients: not to be changed */
    void binary(Buffer message);

    /** More is unsent than a client may have. */
    boolean behind();

    void close(short code, String reason);
}
