package io.sentinelmesh.db.reads;

import java.time.Duration;
import java.time.Instant;

/** A stretch of time. */
public record Window(Instant from, Instant to) {

    /**
     * @param to exclusive
     */
    public Window {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("a window must end after it begins, not from " + from + " to " + to);
        }
    }

    public Duration length() {
        return Duration.between(from, to);
    }

    /** As long, and over when this one begins. */
    public Window before() {
        return new Window(from.minus(length()), from);
    }

    public boolean overlaps(Window other) {
        return from.isBefore(other.to) && other.from.isBefore(to);
    }
}
