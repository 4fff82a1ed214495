package io.sentinelmesh.aggregator.stream;

import java.util.concurrent.Executor;

import io.vertx.core.buffer.Buffer;

/** One watcher of the live matrix, as the hub needs it. */
interface StreamClient {

    /** Where everything is written to it, so that the hub hands many clients over at once. */
    Executor loop();

    /**
     * On its {@link #loop}, as the next one; nothing here waits.
     *
     * @param message UTF-8, shared with all other clients: not to be changed
     */
    void text(Buffer message);

    /** @param message shared with all other clients: not to be changed */
    void binary(Buffer message);

    /** More is unsent than a client may have, or anything while too much is to all together. Any thread; stays so until half of that is gone. */
    boolean behind();

    void close(short code, String reason);
}
