package io.sentinelmesh.aggregator.identity;

import java.util.HashMap;
import java.util.Map;

import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;

/** How many certificates were asked for, and what became of it. */
public final class EnrolMetrics {

    private static final String CERTIFIED = "certified";

    private final Map<String, Counter> joins;
    private final Map<String, Counter> renewals;

    public EnrolMetrics(MetricRegistry registry) {
        this.joins = counters(registry, "sentinel_joins_total", "Agents that asked to join with a token.");
        this.renewals = counters(registry, "sentinel_renewals_total", "Agents that asked for their next certificate.");
    }

    private static Map<String, Counter> counters(MetricRegistry registry, String name, String help) {
        Map<String, Counter> counters = new HashMap<>();
        counters.put(CERTIFIED, registry.counter(name, "result=\"" + CERTIFIED + "\"", help));
        for (Objection objection : Objection.values()) {
            counters.put(objection.word(), registry.counter(name, "result=\"" + objection.word() + "\"", help));
        }
        return Map.copyOf(counters);
    }

    void joined(EnrolOutcome outcome) {
        count(joins, outcome);
    }

    void renewed(EnrolOutcome outcome) {
        count(renewals, outcome);
    }

    private static void count(Map<String, Counter> counters, EnrolOutcome outcome) {
        String result = switch (outcome) {
            case EnrolOutcome.Certified _ -> CERTIFIED;
            case EnrolOutcome.Refused refused -> refused.objection().word();
        };
        Counter counter = counters.get(result);
        if (counter != null) {
            counter.increment();
        }
    }
}
