package io.sentinelmesh.db.postgres;

import java.time.Duration;
import java.time.Instant;

/** One tier made from the one below. */
enum RollUpLevel {

    /**
     * From rounds. 45 s after its end a minute is complete as a rule: a round of 10 s that began in its last second has closed, waited its turn on
     * the link and been stored. What comes later is summed up again.
     */
    MINUTES(1, Duration.ofMinutes(1), Duration.ofSeconds(45)),
    /** From minutes, once the last of them is there. */
    HOURS(2, Duration.ofHours(1), Duration.ofMinutes(3));

    private final int number;
    private final Duration length;
    private final Duration settle;

    RollUpLevel(int number, Duration length, Duration settle) {
        this.number = number;
        this.length = length;
        this.settle = settle;
    }

    /** In column rollup_dirty.tier. */
    int number() {
        return number;
    }

    Cut from() {
        return switch (this) {
            case MINUTES -> Cut.RAW;
            case HOURS -> Cut.MINUTES;
        };
    }

    Cut to() {
        return switch (this) {
            case MINUTES -> Cut.MINUTES;
            case HOURS -> Cut.HOURS;
        };
    }

    Duration length() {
        return length;
    }

    /** The period that holds a time, by the second at which it starts. */
    long periodOf(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), length.toSeconds()) * length.toSeconds();
    }

    /** The latest start of a period that is to be summed up by now. */
    long lastDue(Instant now) {
        return now.minus(length).minus(settle).getEpochSecond();
    }
}
