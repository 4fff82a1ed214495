package io.sentinelmesh.agent.host;

import java.time.Duration;

/** What it costs to read a group of figures, and so how often that is done. */
enum Cost {

    /** A few small files of the kernel. */
    CHEAP(Duration.ofSeconds(30)),
    /** Starts a program, or walks through all processes or sockets. */
    HEAVY(Duration.ofMinutes(5));

    private final Duration interval;

    Cost(Duration interval) {
        this.interval = interval;
    }

    Duration interval() {
        return interval;
    }
}
