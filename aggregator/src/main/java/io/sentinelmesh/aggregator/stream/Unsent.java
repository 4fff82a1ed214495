package io.sentinelmesh.aggregator.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits to be sent to all clients together. Without TLS the sockets share their messages, with it each has its own copy, encrypted; so that is what is
 * counted. Any thread.
 */
final class Unsent {

    /** Beyond it nothing more goes to who has not taken all of what it was sent. */
    static final long MOST_BYTES = 128L << 20;

    private final AtomicLong bytes = new AtomicLong();

    void add(long more) {
        bytes.addAndGet(more);
    }

    long bytes() {
        return bytes.get();
    }

    boolean crowded() {
        return bytes.get() > MOST_BYTES;
    }
}
