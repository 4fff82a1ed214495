package io.sentinelmesh.aggregator.event;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.aggregator.settings.SettingsAnswers;
import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.NodeId;

/**
 * Makes events of what has changed between two looks at the mesh. A restart of the aggregator is no event of the agents: those that were there
 * before it have a while to come again, only who was noted as lost is back, and what was noted to have begun goes on until the agent says otherwise. Called by one thread only (the mesh thread).
 */
public final class EventWatch {

    /** After the start, for agents to come again; they try at least every half minute. */
    static final Duration TIME_TO_COME = Duration.ofMinutes(1);

    private enum Presence {
        /** Known from before this process, and not heard since. */
        UNHEARD, CONNECTED, LOST, LEFT
    }

    private static final class Known {
        Presence presence;
        boolean impaired;
        Optional<SettingsAnswers.Answer> settings = Optional.empty();
        boolean clockWrong;
        boolean duplicate;

        Known(Presence presence) {
            this.presence = presence;
        }
    }

    private final Instant start;
    private final Set<NodeId> lostBefore;
    private final Map<NodeId, Known> agents = new HashMap<>();
    private final List<Event> events = new ArrayList<>();

    /**
     * @param before agents as they were when this process started
     * @param noted what was noted of them
     */
    public EventWatch(Instant start, List<AgentView> before, Noted noted) {
        this.start = start;
        this.lostBefore = new HashSet<>(noted.lost());
        before.forEach(agent -> {
            NodeId id = agent.node().id();
            Known known = new Known(switch (agent.state()) {
                case LEFT -> Presence.LEFT;
                case CONNECTED, LOST -> Presence.UNHEARD;
            });
            known.impaired = noted.impaired().contains(id);
            known.clockWrong = noted.clockWrong().contains(id);
            agents.put(id, known);
        });
    }

    /** @return what happened since the last look */
    public List<Event> look(Instant now, List<AgentNow> all) {
        events.clear();
        for (AgentNow agent : all) {
            Known known = agents.computeIfAbsent(agent.view().node().id(), _ -> new Known(Presence.LEFT));
            presence(now, agent.view(), known);
            impairment(now, agent, known);
            settings(now, agent, known);
            clock(now, agent, known);
            if (agent.duplicate() && !known.duplicate) {
                note(now, EventType.DUPLICATE_IDENTITY, agent.view(), Map.of());
            }
            known.duplicate = agent.duplicate();
        }
        return List.copyOf(events);
    }

    private void presence(Instant now, AgentView view, Known known) {
        Presence before = known.presence;
        known.presence = switch (view.state()) {
            case CONNECTED -> Presence.CONNECTED;
            case LEFT -> Presence.LEFT;
            case LOST -> before == Presence.CONNECTED || (before == Presence.UNHEARD && isLate(now))
                    ? Presence.LOST
                    : before;
        };
        if (before == known.presence) {
            return;
        }
        boolean noted = before == Presence.UNHEARD && lostBefore.remove(view.node().id());
        switch (known.presence) {
            case CONNECTED -> {
                if (before == Presence.LEFT) {
                    note(now, EventType.JOIN, view, Map.of("version", view.version(), "rung", view.rung()));
                } else if (before == Presence.LOST || noted) {
                    note(now, EventType.BACK, view, Map.of());
                }
            }
            case LEFT -> note(now, EventType.LEAVE, view, Map.of());
            case LOST -> {
                if (!noted) {
                    note(now, EventType.LOST, view, Map.of("lastSeen", view.lastSeen().toString()));
                }
            }
            case UNHEARD -> throw new IllegalStateException("nobody becomes unheard");
        }
    }

    private boolean isLate(Instant now) {
        return now.isAfter(start.plus(TIME_TO_COME));
    }

    private void impairment(Instant now, AgentNow agent, Known known) {
        Optional<HealthVerdict> told = agent.verdict().filter(_ -> known.presence == Presence.CONNECTED);
        boolean impaired = told.map(HealthVerdict::impaired).orElse(known.impaired);
        if (known.presence == Presence.LEFT) {
            impaired = false;
        } else if (impaired && !known.impaired) {
            note(now, EventType.IMPAIRMENT_BEGINS, agent.view(),
                    Map.of("impairments", told.orElse(HealthVerdict.WELL).impairments()
                            .stream().map(Impairment::label).collect(Collectors.joining(", "))));
        } else if (!impaired && known.impaired) {
            note(now, EventType.IMPAIRMENT_ENDS, agent.view(), Map.of());
        }
        known.impaired = impaired;
    }

    /** What an agent says when it comes is where it stands, not something that happens. */
    private void settings(Instant now, AgentNow agent, Known known) {
        if (known.settings.isPresent() && agent.settings().isPresent()) {
            SettingsAnswers.Answer before = known.settings.get();
            SettingsAnswers.Answer answer = agent.settings().get();
            if (answer.version() != before.version()) {
                note(now, EventType.CONFIG_APPLIED, agent.view(), Map.of("version", "" + answer.version()));
            }
            answer.refused().filter(refused -> !before.refused().equals(Optional.of(refused)))
                    .ifPresent(refused -> note(now, EventType.CONFIG_REFUSED, agent.view(),
                            Map.of("version", "" + refused.version(), "reason", refused.reason())));
        }
        known.settings = agent.settings().or(() -> known.settings);
    }

    private void clock(Instant now, AgentNow agent, Known known) {
        Duration offset = agent.clock().orElse(Duration.ZERO);
        boolean wrong = agent.clock().map(told -> !told.isZero()).orElse(known.clockWrong);
        if (wrong && !known.clockWrong) {
            note(now, EventType.CLOCK_WRONG, agent.view(), Map.of("offsetMillis", "" + offset.toMillis()));
        } else if (!wrong && known.clockWrong) {
            note(now, EventType.CLOCK_RIGHT, agent.view(), Map.of());
        }
        known.clockWrong = wrong;
    }

    private void note(Instant now, EventType type, AgentView agent, Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("name", agent.node().name());
        all.put("site", agent.node().site());
        events.add(new Event(now, type, new Subject.Agent(agent.node().id()), all));
    }
}
