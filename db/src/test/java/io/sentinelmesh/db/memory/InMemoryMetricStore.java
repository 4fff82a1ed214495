package io.sentinelmesh.db.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.db.MetricStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.metric.MetricHistory;
import io.sentinelmesh.db.metric.MetricHistory.Point;
import io.sentinelmesh.db.metric.MetricQuery;
import io.sentinelmesh.db.metric.MetricSteps;
import io.sentinelmesh.db.metric.MetricType;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;

/** Keeps every reading and adds up anew for every question: what tiers must agree with. Thread-safe. */
final class InMemoryMetricStore implements MetricStore {

    private record Series(NodeId agent, String name, String unit, MetricType type, Map<String, String> labels,
            List<Double> bounds) {
        boolean passing() {
            return labels.containsKey("pid");
        }
    }

    private final Map<Series, List<Point>> readings = new LinkedHashMap<>();
    private long leftOut;

    synchronized void add(ReceivedBatch batch) {
        for (HostMetric metric : batch.metrics()) {
            List<Double> bounds = List.of();
            List<Long> counts = List.of();
            double value = switch (metric.value()) {
                case MetricValue.Gauge(double gauge) -> gauge;
                case MetricValue.Counter(double count) -> count;
                case MetricValue.Histogram histogram -> histogram.sum();
            };
            if (metric.value() instanceof MetricValue.Histogram histogram) {
                bounds = histogram.bounds();
                counts = histogram.counts();
            }
            Series series = new Series(batch.agent(), metric.name(), metric.unit(), MetricType.of(metric.value()),
                    metric.labels(), bounds);
            long ofAgent = readings.keySet().stream()
                    .filter(known -> known.agent.equals(batch.agent()) && known.passing() == series.passing()).count();
            int most = series.passing() ? MOST_PASSING_SERIES_OF_AGENT : MOST_SERIES_OF_AGENT;
            if (Math.abs(value) > LARGEST_FIGURE || (!readings.containsKey(series) && ofAgent >= most)) {
                leftOut++;
                continue;
            }
            readings.computeIfAbsent(series, _ -> new ArrayList<>())
                    .add(new Point(metric.at(), 1, value, value, value, value, metric.at(), counts));
        }
    }

    @Override
    public synchronized Optional<List<MetricHistory>> history(MetricQuery query) {
        List<MetricHistory> found = new ArrayList<>();
        int points = 0;
        for (Map.Entry<Series, List<Point>> entry : readings.entrySet()) {
            Series series = entry.getKey();
            if (!series.agent.equals(query.agent()) || !series.name.equals(query.name())
                    || !series.labels.entrySet().containsAll(query.labels().entrySet())) {
                continue;
            }
            MetricSteps steps = new MetricSteps(query.step());
            entry.getValue().stream()
                    .filter(at -> !at.start().isBefore(query.from()) && at.start().isBefore(query.to()))
                    .sorted(Comparator.comparing(Point::start)).forEach(steps::add);
            points += steps.finish().size();
            found.add(new MetricHistory(series.name, series.unit, series.type, series.labels, series.bounds,
                    steps.finish()));
        }
        return points > query.mostPoints() ? Optional.empty() : Optional.of(found);
    }

    @Override
    public int rollUp(Instant now) {
        return 0;
    }

    @Override
    public long setAside() {
        return 0;
    }

    @Override
    public synchronized long leftOut() {
        return leftOut;
    }
}
