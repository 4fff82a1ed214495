package io.sentinelmesh.db.postgres;

import java.time.Duration;

/**
 * How much of what is due one transaction takes on. What fails, or takes long, is halved; so the one that cannot be done is alone in the end, and
 * keeps nobody else from being done. Thread-safe.
 */
final class Portion {

    /** A twelfth of what a statement may take at most: the next portion may be dearer. */
    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final int most;
    private int size;

    Portion(int most) {
        this.most = most;
        this.size = most;
    }

    synchronized int size() {
        return size;
    }

    /** It went well. */
    synchronized void done(Duration took) {
        if (took.compareTo(LONG) > 0) {
            halve();
        } else if (took.compareTo(SHORT) < 0) {
            size = Math.min(most, 2 * size);
        }
    }

    synchronized void halve() {
        size = Math.max(1, size / 2);
    }
}
