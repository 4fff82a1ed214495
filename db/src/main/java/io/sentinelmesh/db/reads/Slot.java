package io.sentinelmesh.db.reads;

import java.time.Duration;

/** What the results of a pair are summed up to. */
public enum Slot {

    /** All of a window. */
    WINDOW(Duration.ZERO), MINUTE(Duration.ofMinutes(1)), HOUR(Duration.ofHours(1));

    private final Duration length;

    Slot(Duration length) {
        this.length = length;
    }

    /** Zero: as long as the window. */
    public Duration length() {
        return length;
    }
}
