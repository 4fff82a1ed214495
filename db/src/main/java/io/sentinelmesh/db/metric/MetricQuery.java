package io.sentinelmesh.db.metric;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.sentinelmesh.measurement.NodeId;

/**
 * Which series of one agent are wanted.
 *
 * @param labels a series must have all of these; it may have more
 * @param from inclusive
 * @param to exclusive
 * @param step whole seconds; steps are counted from 2000-01-01 UTC
 * @param mostPoints of all series together
 */
public record MetricQuery(NodeId agent, String name, Map<String, String> labels, Instant from, Instant to,
        Duration step, int mostPoints) {

    public MetricQuery {
        labels = Map.copyOf(labels);
        if (step.toSeconds() < 1) {
            throw new IllegalArgumentException("a step is at least a second, not " + step);
        }
    }
}
