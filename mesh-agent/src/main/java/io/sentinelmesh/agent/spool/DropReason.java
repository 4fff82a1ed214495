package io.sentinelmesh.agent.spool;

import java.util.Arrays;
import java.util.Optional;

/** Why a row was given up before the aggregator had it. */
public enum DropReason {

    /** The spool had reached its bound in bytes, or the disk had no room: the oldest went first. */
    FULL(1, "full"),
    /** Older than the spool may keep. */
    AGE(2, "age"),
    /** Damaged on disk, or gone from it. */
    CORRUPT(3, "corrupt"),
    /** Whole, but cannot be read from its disk or understood, or does not fit a frame. */
    UNREADABLE(4, "unreadable"),
    /** The disk did not take it, and memory had no more room. */
    DISK_ERROR(5, "disk-error");

    private final int number;
    private final String word;

    DropReason(int number, String word) {
        this.number = number;
        this.word = word;
    }

    /** Stable: used on disk, never renumbered. */
    int number() {
        return number;
    }

    /** As in JSON and in the names of metrics. */
    public String word() {
        return word;
    }

    static Optional<DropReason> ofNumber(int number) {
        return Arrays.stream(values()).filter(reason -> reason.number == number).findFirst();
    }
}
