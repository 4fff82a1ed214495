package io.sentinelmesh.aggregator.event;

import java.time.Duration;
import java.util.Optional;

import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.aggregator.settings.SettingsAnswers;
import io.sentinelmesh.measurement.HealthVerdict;

/**
 * All about one agent that events are made of.
 *
 * @param verdict what it says of itself; empty: not heard yet
 * @param settings what it has in force or refuses; empty: not heard yet
 * @param clock how far its clock is ahead, as its times are corrected by that; zero: they are not; empty: nothing came yet to judge by
 * @param duplicate whether two processes use its identity
 */
public record AgentNow(AgentView view, Optional<HealthVerdict> verdict, Optional<SettingsAnswers.Answer> settings,
        Optional<Duration> clock, boolean duplicate) {
}
