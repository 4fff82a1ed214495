package io.sentinelmesh.db.event;

/**
 * @param id grows, and names the event for ever
 * @param type as it was stored: that of the event is {@link EventType#OTHER} if only a later version knows it
 */
public record StoredEvent(long id, String type, Severity severity, Event event) {
}
