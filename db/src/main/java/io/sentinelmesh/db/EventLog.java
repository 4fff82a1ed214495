package io.sentinelmesh.db;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventQuery;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.StoredEvent;
import io.sentinelmesh.measurement.NodeId;

/** The timeline of the mesh. Every method blocks and may be called from any thread that may block. */
public interface EventLog {

    Duration KEPT = Duration.ofDays(400);
    /** Beyond it the oldest are forgotten before their time: about a gigabyte. */
    int MOST_EVENTS = 2_000_000;

    void append(List<Event> events);

    List<StoredEvent> page(EventQuery query);

    /** Agents of which the newest event among those types is of that one: what was noted of them last, and holds. */
    Set<NodeId> lastNoted(EventType type, Set<EventType> among);
}
