package io.sentinelmesh.db.event;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened.
 *
 * @param time when it was noticed, by the aggregator's clock
 * @param details more about it, for people and programs; keys as in the API
 */
public record Event(Instant time, EventType type, Subject subject, Map<String, String> details) {

    public Event {
        details = Map.copyOf(details);
    }
}
