package io.sentinelmesh.db.event;

import java.time.Instant;
import java.util.Optional;

/**
 * Which events are wanted, the newest first.
 *
 * @param from inclusive
 * @param to exclusive
 * @param subject an agent's also finds pairs that it is part of
 * @param after go on after this one
 */
public record EventQuery(Instant from, Instant to, Optional<EventType> type, Optional<Subject> subject,
        Optional<Place> after, int limit) {

    /** Where a page ended. */
    public record Place(Instant time, long id) {
    }
}
