package io.sentinelmesh.agent.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.measurement.HostMetric;

/**
 * Metrics on their way into the next batch. A newer value takes the place of one that is still here: a host's figures may be skipped, results
 * may not. Thread-safe.
 */
public final class MetricOutbox {

    /** With at most four labels each, their texts stay within what one frame may hold. */
    static final int MOST_METRICS = 1_000;

    private record Series(String name, Map<String, String> labels) {
    }

    private final Map<Series, HostMetric> waiting = new LinkedHashMap<>();
    private long leftOut;

    public synchronized void add(List<HostMetric> metrics) {
        for (HostMetric metric : metrics) {
            Series series = new Series(metric.name(), metric.labels());
            if (waiting.size() < MOST_METRICS || waiting.containsKey(series)) {
                waiting.put(series, metric);
            } else {
                leftOut++;
            }
        }
    }

    /** All of them, which are not here any more then. */
    public synchronized List<HostMetric> take() {
        List<HostMetric> taken = new ArrayList<>(waiting.values());
        waiting.clear();
        return taken;
    }

    /** Values for which there was no room, since the start. */
    public synchronized long leftOut() {
        return leftOut;
    }
}
