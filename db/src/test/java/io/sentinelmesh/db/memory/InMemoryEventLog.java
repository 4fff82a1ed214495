package io.sentinelmesh.db.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.sentinelmesh.db.EventLog;
import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventQuery;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.StoredEvent;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.measurement.NodeId;

/** As the real one, without forgetting. Thread-safe. */
public final class InMemoryEventLog implements EventLog {

    private final List<StoredEvent> events = new ArrayList<>();

    @Override
    public synchronized void append(List<Event> more) {
        for (Event event : more) {
            events.add(new StoredEvent(events.size() + 1, event.type().label(), event.type().severity(), event));
        }
    }

    @Override
    public synchronized List<StoredEvent> page(EventQuery query) {
        return newestFirst().stream().filter(each -> fits(each, query)).limit(query.limit()).toList();
    }

    private List<StoredEvent> newestFirst() {
        return events.stream().sorted(Comparator.comparing((StoredEvent each) -> each.event().time())
                .thenComparing(StoredEvent::id).reversed()).toList();
    }

    private static boolean fits(StoredEvent each, EventQuery query) {
        Event event = each.event();
        boolean about = query.subject().map(wanted -> wanted.equals(event.subject())
                || wanted instanceof Subject.Agent(NodeId id)
                        && event.subject() instanceof Subject.Pair(var from, var to)
                        && (from.equals(id) || to.equals(id)))
                .orElse(true);
        return about && !event.time().isBefore(query.from()) && event.time().isBefore(query.to())
                && query.type().map(event.type()::equals).orElse(true)
                && query.after().map(place -> event.time().isBefore(place.time())
                        || (event.time().equals(place.time()) && each.id() < place.id())).orElse(true);
    }

    @Override
    public synchronized Set<NodeId> lastNoted(EventType type, Set<EventType> among) {
        Set<NodeId> seen = new HashSet<>();
        Set<NodeId> found = new HashSet<>();
        for (StoredEvent each : newestFirst()) {
            if (each.event().subject() instanceof Subject.Agent(NodeId id) && among.contains(each.event().type())
                    && seen.add(id) && each.event().type() == type) {
                found.add(id);
            }
        }
        return found;
    }
}
