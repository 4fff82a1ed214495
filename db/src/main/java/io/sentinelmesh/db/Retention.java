package io.sentinelmesh.db;

import java.time.Duration;

/**
 * How long each tier is kept. What is dropped are whole partitions, so everything stays somewhat longer: raw rounds and minutes up to a day and a
 * week, hours up to four weeks.
 *
 * @param raw every round; at least a day, and what a backlog may be old
 * @param minutes one-minute summaries; not shorter than raw
 * @param hours one-hour summaries; not shorter than minutes
 */
public record Retention(Duration raw, Duration minutes, Duration hours) {

    public static final Retention DEFAULT = new Retention(Duration.ofDays(7), Duration.ofDays(90),
            Duration.ofDays(730));

    public Retention {
        if (raw.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("the retention must be at least a day, not " + raw);
        }
        if (minutes.compareTo(raw) < 0 || hours.compareTo(minutes) < 0) {
            throw new IllegalArgumentException(
                    "a coarser tier is made from the finer one, so it cannot be kept for less: raw rounds "
                            + raw.toDays() + " days, minutes " + minutes.toDays() + ", hours " + hours.toDays());
        }
    }

    /** The others are kept at least as long. */
    public Retention withRaw(Duration newRaw) {
        return new Retention(newRaw, longer(minutes, newRaw), longer(hours, newRaw));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
