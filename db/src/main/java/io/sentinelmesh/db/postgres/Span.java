package io.sentinelmesh.db.postgres;

import java.time.Duration;
import java.time.Instant;

import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.Window;

/**
 * A window by the tiers that make it up: minutes up to the first whole hour, hours, minutes after the last one.
 *
 * @param firstHour not before {@code from}; equal to {@code endHour} if no hour is to be read
 */
record Span(Instant from, Instant firstHour, Instant endHour, Instant to) {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    /** @see io.sentinelmesh.db.reads.MeshReads#fitted */
    static Window fitted(Window asked, Slot slot, Instant minutesSince) {
        Duration first = slot == Slot.HOUR || asked.from().isBefore(minutesSince) ? HOUR : MINUTE;
        Duration last = slot == Slot.HOUR || asked.to().isBefore(minutesSince) ? HOUR : MINUTE;
        Instant from = floor(asked.from(), first);
        Instant to = floor(asked.to(), last);
        return new Window(from, from.isBefore(to) ? to : from.plus(last));
    }

    static Span of(Window fitted, Slot slot) {
        Instant first = floor(fitted.from().plus(HOUR).minusNanos(1), HOUR);
        Instant end = floor(fitted.to(), HOUR);
        return slot == Slot.MINUTE || !first.isBefore(end)
                ? new Span(fitted.from(), fitted.to(), fitted.to(), fitted.to())
                : new Span(fitted.from(), first, end, fitted.to());
    }

    private static Instant floor(Instant time, Duration unit) {
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), unit.toSeconds()) * unit.toSeconds());
    }
}
