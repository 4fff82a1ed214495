package io.sentinelmesh.aggregator.stream;

import java.util.concurrent.Executor;

import io.vertx.core.buffer.Buffer;

/** One watcher of the live matrix, as the hub needs it. */
interface StreamClient {

    /** Where everything is written to it, so that the hub hands many clients over at once. */
    Executor loop();

    /** On its {@link #loop}, as the next one; nothing here waits. */
    void text(String message);

    /** @param message shared with all other clients: not to be changed */
    void binary(Buffer message);

    /** More is unsent than a client may have. Any thread; stays so until half of that is gone. */
    boolean behind();

    void close(short code, String reason);
}
