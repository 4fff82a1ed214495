package io.sentinelmesh.aggregator.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.FakeEventLog;
import io.sentinelmesh.aggregator.roster.AgentState;
import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.aggregator.settings.SettingsAnswers;
import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

import static io.sentinelmesh.aggregator.roster.AgentState.CONNECTED;
import static io.sentinelmesh.aggregator.roster.AgentState.LEFT;
import static io.sentinelmesh.aggregator.roster.AgentState.LOST;
import static io.sentinelmesh.db.event.EventType.BACK;
import static io.sentinelmesh.db.event.EventType.CLOCK_RIGHT;
import static io.sentinelmesh.db.event.EventType.CLOCK_WRONG;
import static io.sentinelmesh.db.event.EventType.CONFIG_APPLIED;
import static io.sentinelmesh.db.event.EventType.CONFIG_REFUSED;
import static io.sentinelmesh.db.event.EventType.DUPLICATE_IDENTITY;
import static io.sentinelmesh.db.event.EventType.IMPAIRMENT_BEGINS;
import static io.sentinelmesh.db.event.EventType.IMPAIRMENT_ENDS;
import static io.sentinelmesh.db.event.EventType.JOIN;
import static io.sentinelmesh.db.event.EventType.LEAVE;
import static org.assertj.core.api.Assertions.assertThat;

class EventWatchTest {

    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final HealthVerdict LATE = new HealthVerdict(List.of(Impairment.TIMER_LATE));

    private final NodeId id = NodeId.random();
    private Instant now = START;

    private AgentView view(AgentState state) {
        return new AgentView(new MeshNode(id, MeshNode.Role.AGENT, "one", "fra", "192.0.2.1"), "1", ProbeKind.ICMP_ECHO,
                "icmp-raw", "", UUID.randomUUID(), START, START, state, 0, Optional.empty());
    }

    private AgentNow agent(AgentState state) {
        return new AgentNow(view(state), Optional.of(HealthVerdict.WELL), Optional.empty(), Optional.of(Duration.ZERO),
                false);
    }

    private AgentNow answered(long version, Optional<SettingsAnswers.Refused> refused) {
        return new AgentNow(view(CONNECTED), Optional.of(HealthVerdict.WELL),
                Optional.of(new SettingsAnswers.Answer(version, List.of(), refused)), Optional.empty(), false);
    }

    private AgentNow impaired() {
        return new AgentNow(view(CONNECTED), Optional.of(LATE), Optional.empty(), Optional.empty(), false);
    }

    /** Here again, and has said nothing yet. */
    private AgentNow silent() {
        return new AgentNow(view(CONNECTED), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    private List<EventType> look(EventWatch watch, AgentNow agent) {
        now = now.plusSeconds(1);
        return watch.look(now, List.of(agent)).stream().map(Event::type).toList();
    }

    private static EventWatch fresh() {
        return new EventWatch(START, List.of(), Noted.NOTHING);
    }

    @Test
    void an_agent_joins_is_lost_comes_back_and_leaves_and_each_is_noted_once() {
        EventWatch watch = fresh();

        assertThat(look(watch, agent(CONNECTED))).containsExactly(JOIN);
        assertThat(look(watch, agent(CONNECTED))).isEmpty();
        assertThat(look(watch, agent(LOST))).containsExactly(EventType.LOST);
        assertThat(look(watch, agent(LOST))).isEmpty();
        assertThat(look(watch, agent(CONNECTED))).containsExactly(BACK);
        assertThat(look(watch, agent(LEFT))).containsExactly(LEAVE);
        assertThat(look(watch, agent(LEFT))).isEmpty();
        assertThat(look(watch, agent(CONNECTED))).containsExactly(JOIN);
    }

    @Test
    void a_restart_of_the_aggregator_is_nothing_that_happened_to_its_agents() {
        EventWatch watch = new EventWatch(START, List.of(view(LOST)), Noted.NOTHING);

        assertThat(look(watch, agent(LOST))).isEmpty();
        assertThat(look(watch, agent(CONNECTED))).isEmpty();
    }

    @Test
    void who_does_not_come_again_after_a_restart_is_lost() {
        EventWatch watch = new EventWatch(START, List.of(view(LOST)), Noted.NOTHING);
        now = START.plus(EventWatch.TIME_TO_COME);

        assertThat(look(watch, agent(LOST))).containsExactly(EventType.LOST);
        assertThat(look(watch, agent(CONNECTED))).containsExactly(BACK);
    }

    @Test
    void who_was_lost_before_a_restart_is_not_lost_again_and_is_back_when_it_comes() {
        EventWatch watch = new EventWatch(START, List.of(view(LOST)), new Noted(Set.of(id), Set.of(), Set.of()));
        assertThat(look(watch, agent(CONNECTED))).containsExactly(BACK);

        EventWatch later = new EventWatch(START, List.of(view(LOST)), new Noted(Set.of(id), Set.of(), Set.of()));
        now = START.plus(EventWatch.TIME_TO_COME);
        assertThat(look(later, agent(LOST))).isEmpty();
        assertThat(look(later, agent(CONNECTED))).containsExactly(BACK);
    }

    @Test
    void an_impairment_begins_and_ends() {
        EventWatch watch = fresh();
        look(watch, agent(CONNECTED));
        AgentNow impaired = impaired();

        now = now.plusSeconds(1);
        List<Event> begun = watch.look(now, List.of(impaired));

        assertThat(begun).extracting(Event::type).containsExactly(IMPAIRMENT_BEGINS);
        assertThat(begun.getFirst().details()).containsEntry("impairments", "timer-late").containsEntry("name", "one");
        assertThat(look(watch, impaired)).isEmpty();
        assertThat(look(watch, agent(CONNECTED))).containsExactly(IMPAIRMENT_ENDS);
    }

    @Test
    void settings_are_noted_when_they_change_and_not_when_an_agent_says_where_it_stands() {
        EventWatch watch = fresh();
        look(watch, agent(CONNECTED));
        Optional<SettingsAnswers.Refused> refused = Optional.of(new SettingsAnswers.Refused(5, "line 3: no"));

        assertThat(look(watch, answered(3, Optional.empty()))).isEmpty();
        assertThat(look(watch, answered(4, Optional.empty()))).containsExactly(CONFIG_APPLIED);
        assertThat(look(watch, answered(4, refused))).containsExactly(CONFIG_REFUSED);
        assertThat(look(watch, answered(4, refused))).isEmpty();
    }

    @Test
    void a_wrong_clock_and_an_identity_used_twice_are_noted_once() {
        EventWatch watch = fresh();
        look(watch, agent(CONNECTED));
        AgentNow both = new AgentNow(view(CONNECTED), Optional.of(HealthVerdict.WELL), Optional.empty(),
                Optional.of(Duration.ofHours(1)), true);

        assertThat(look(watch, both)).containsExactly(CLOCK_WRONG, DUPLICATE_IDENTITY);
        assertThat(look(watch, both)).isEmpty();
        assertThat(look(watch, agent(CONNECTED))).containsExactly(CLOCK_RIGHT);
    }

    @Test
    void who_was_impaired_or_had_a_wrong_clock_before_a_restart_still_is_until_it_says_otherwise() {
        Noted noted = new Noted(Set.of(), Set.of(id), Set.of(id));
        AgentNow stillIs = new AgentNow(view(CONNECTED), Optional.of(LATE), Optional.empty(),
                Optional.of(Duration.ofHours(1)), false);
        EventWatch watch = new EventWatch(START, List.of(view(LOST)), noted);

        assertThat(look(watch, silent())).isEmpty();
        assertThat(look(watch, stillIs)).isEmpty();
        assertThat(look(watch, agent(CONNECTED))).containsExactly(IMPAIRMENT_ENDS, CLOCK_RIGHT);
    }

    @Test
    void what_ended_while_the_aggregator_was_away_ends_when_the_agent_says_so() {
        Noted noted = new Noted(Set.of(), Set.of(id), Set.of(id));
        EventWatch watch = new EventWatch(START, List.of(view(LOST)), noted);
        look(watch, silent());

        assertThat(look(watch, agent(CONNECTED))).containsExactly(IMPAIRMENT_ENDS, CLOCK_RIGHT);
    }

    @Test
    void what_is_noted_of_agents_is_read_from_the_timeline() {
        FakeEventLog log = new FakeEventLog();
        NodeId left = NodeId.random();
        Subject about = new Subject.Agent(id);
        log.append(List.of(new Event(START, IMPAIRMENT_BEGINS, about, Map.of()),
                new Event(START.plusSeconds(1), CLOCK_WRONG, about, Map.of()),
                new Event(START.plusSeconds(2), EventType.LOST, about, Map.of()),
                new Event(START, IMPAIRMENT_BEGINS, new Subject.Agent(left), Map.of()),
                new Event(START.plusSeconds(1), LEAVE, new Subject.Agent(left), Map.of())));

        assertThat(Noted.in(log)).isEqualTo(new Noted(Set.of(id), Set.of(id), Set.of(id)));
    }
}
