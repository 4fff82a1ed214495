package io.sentinelmesh.aggregator.ingest;

import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.Histogram;

/** What ingest counts. */
public final class IngestMetrics {

    final Counter stored;
    final Counter repeated;
    final Counter givenUp;
    final Counter results;
    final Counter failures;
    final Histogram appendSeconds;

    public IngestMetrics(MetricRegistry registry, BatchQueue queue) {
        String batches = "sentinel_batches_total";
        String help = "Batches of finished rounds by what became of them.";
        stored = registry.counter(batches, "outcome=\"stored\"", help);
        repeated = registry.counter(batches, "outcome=\"repeated\"", help);
        givenUp = registry.counter(batches, "outcome=\"given_up\"", help);
        results = registry.counter("sentinel_results_stored_total", "",
                "Results stored: one directed pair, one round each.");
        failures = registry.counter("sentinel_store_append_failures_total", "",
                "Times the database did not take a group of batches.");
        appendSeconds = registry.histogram("sentinel_store_append_seconds", "Time to commit one group of batches.",
                0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
        registry.gauge("sentinel_store_queue_batches", "", "Batches waiting for the store writer.", queue::batches);
        registry.gauge("sentinel_store_queue_fill_ratio", "", "How full the store writer's queue is, 0 to 1.",
                queue::fill);
    }
}
