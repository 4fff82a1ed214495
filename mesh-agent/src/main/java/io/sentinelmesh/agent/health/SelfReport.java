package io.sentinelmesh.agent.health;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.HostMetric;

/**
 * What an agent says about itself in one batch.
 *
 * @param metrics read since the batch before
 */
public record SelfReport(Optional<AgentHealth> health, List<HostMetric> metrics) {

    public static final SelfReport NOTHING = new SelfReport(Optional.empty(), List.of());

    public SelfReport {
        metrics = List.copyOf(metrics);
    }
}
