package io.sentinelmesh.aggregator.selfreport;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;

/**
 * What one agent said about itself last.
 *
 * @param verdict the newest, which a live row may have brought after {@code health}
 * @param health empty until a batch told it
 * @param metrics the newest of each name
 */
public record AgentReport(HealthVerdict verdict, Optional<AgentHealth> health, List<HostMetric> metrics) {

    public static final AgentReport NOTHING = new AgentReport(HealthVerdict.WELL, Optional.empty(), List.of());

    public AgentReport {
        metrics = List.copyOf(metrics);
    }
}
