package io.sentinelmesh.db;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventQuery;
import io.sentinelmesh.db.event.EventQuery.Place;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.StoredEvent;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

/** What every timeline does. */
public abstract class EventLogContract {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final NodeId agent = NodeId.random();
    private final NodeId other = NodeId.random();

    protected abstract EventLog events();

    @Test
    void events_come_back_as_they_were_noted_the_newest_first() {
        Event first = new Event(NOW, EventType.JOIN, new Subject.Agent(agent),
                Map.of("name", "a \"quoted\"\nname\\ \u00e9 \ud83d\ude00"));
        Event second = new Event(NOW.plusSeconds(1), EventType.CONFIG_REFUSED, new Subject.Pair(agent, other),
                Map.of());
        events().append(List.of(first, second));

        assertThat(page(new Subject.Agent(agent))).extracting(StoredEvent::event).containsExactly(second, first);
        assertThat(page(new Subject.Agent(other))).extracting(StoredEvent::event).containsExactly(second);
        assertThat(page(new Subject.Pair(agent, other))).extracting(StoredEvent::event).containsExactly(second);
        assertThat(page(new Subject.Pair(other, agent))).isEmpty();
        assertThat(page(new Subject.Agent(agent)).getFirst().type()).isEqualTo("config-refused");
    }

    @Test
    void type_and_window_narrow_the_answer_down() {
        Subject site = new Subject.Site("site of " + agent);
        events().append(List.of(new Event(NOW, EventType.LOST, site, Map.of()),
                new Event(NOW.plusSeconds(5), EventType.BACK, site, Map.of())));

        assertThat(events().page(new EventQuery(NOW, NOW.plusSeconds(5), Optional.empty(), Optional.of(site),
                Optional.empty(), 10))).extracting(StoredEvent::type).containsExactly("lost");
        assertThat(events().page(new EventQuery(NOW, NOW.plusSeconds(6), Optional.of(EventType.BACK),
                Optional.of(site), Optional.empty(), 10))).extracting(StoredEvent::type).containsExactly("back");
    }

    @Test
    void pages_follow_one_another_without_a_gap_or_a_repeat_while_newer_ones_are_noted() {
        List<Event> noted = new ArrayList<>();
        for (int n = 0; n < 25; n++) {
            // Several at the same moment.
            noted.add(new Event(NOW.plusSeconds(n / 4), EventType.JOIN, new Subject.Agent(agent),
                    Map.of("n", "" + n)));
        }
        events().append(noted);

        List<Event> read = new ArrayList<>();
        Optional<Place> after = Optional.empty();
        for (List<StoredEvent> page = page(after); !page.isEmpty(); page = page(after)) {
            page.forEach(each -> read.add(each.event()));
            after = Optional.of(new Place(page.getLast().event().time(), page.getLast().id()));
            events().append(List.of(new Event(NOW.plusSeconds(60), EventType.BACK, new Subject.Agent(agent),
                    Map.of())));
        }

        assertThat(read).containsExactlyElementsOf(noted.reversed());
    }

    private List<StoredEvent> page(Optional<Place> after) {
        return events().page(new EventQuery(NOW, NOW.plusSeconds(3_600), Optional.empty(),
                Optional.of(new Subject.Agent(agent)), after, 7));
    }

    private List<StoredEvent> page(Subject subject) {
        return events().page(new EventQuery(NOW, NOW.plusSeconds(3_600), Optional.empty(), Optional.of(subject),
                Optional.empty(), 100));
    }

    @Test
    void what_was_noted_last_of_an_agent_among_some_types_is_found_whatever_else_came_after() {
        NodeId returned = NodeId.random();
        events().append(List.of(new Event(NOW, EventType.LOST, new Subject.Agent(agent), Map.of()),
                new Event(NOW.plusSeconds(1), EventType.CLOCK_WRONG, new Subject.Agent(agent), Map.of()),
                new Event(NOW, EventType.LOST, new Subject.Agent(returned), Map.of()),
                new Event(NOW.plusSeconds(1), EventType.BACK, new Subject.Agent(returned), Map.of())));

        Set<EventType> presence = Set.of(EventType.JOIN, EventType.LEAVE, EventType.LOST, EventType.BACK);
        assertThat(events().lastNoted(EventType.LOST, presence)).contains(agent).doesNotContain(returned, other);
        assertThat(events().lastNoted(EventType.BACK, presence)).contains(returned).doesNotContain(agent, other);
        assertThat(events().lastNoted(EventType.CLOCK_WRONG, Set.of(EventType.CLOCK_WRONG, EventType.CLOCK_RIGHT)))
                .contains(agent).doesNotContain(returned, other);
    }
}
