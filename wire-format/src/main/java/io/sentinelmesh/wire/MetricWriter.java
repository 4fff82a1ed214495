package io.sentinelmesh.wire;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.wire.proto.MetricFamily;
import io.sentinelmesh.wire.proto.Metrics;

/** Metrics as families that say once what their members share. One for each frame; see FORMAT.md. */
final class MetricWriter {

    static final int GAUGE = 1;
    static final int COUNTER = 2;
    static final int HISTOGRAM = 3;

    private final Metrics.Builder message = Metrics.newBuilder();
    private final Map<String, Integer> texts = new LinkedHashMap<>();

    /** What the members of a family share. */
    private record Shared(String name, String unit, int type, Instant at, List<String> labelKeys, List<Double> bounds) {

        static Shared of(HostMetric metric) {
            return switch (metric.value()) {
                case MetricValue.Gauge _ -> of(metric, GAUGE, List.of());
                case MetricValue.Counter _ -> of(metric, COUNTER, List.of());
                case MetricValue.Histogram histogram -> of(metric, HISTOGRAM, histogram.bounds());
            };
        }

        private static Shared of(HostMetric metric, int type, List<Double> bounds) {
            return new Shared(metric.name(), metric.unit(), type, metric.at(), List.copyOf(metric.labels().keySet()),
                    bounds);
        }
    }

    private MetricWriter() {
    }

    static Metrics metrics(List<HostMetric> metrics) {
        FrameLimits.atMost(FrameLimits.MAX_METRICS, metrics.size(), "metrics");
        MetricWriter writer = new MetricWriter();
        writer.add(metrics);
        return writer.message.addAllTexts(writer.texts.keySet()).build();
    }

    /** Those that follow one another and share all share a family, so that the order is kept. */
    private void add(List<HostMetric> metrics) {
        Optional<Shared> open = Optional.empty();
        MetricFamily.Builder family = MetricFamily.newBuilder();
        for (HostMetric metric : metrics) {
            Shared shared = Shared.of(metric);
            if (!open.equals(Optional.of(shared))) {
                open.ifPresent(_ -> message.addFamilies(family));
                open = Optional.of(shared);
                begin(family.clear(), shared);
            }
            addTo(family, metric);
        }
        open.ifPresent(_ -> message.addFamilies(family));
    }

    private void begin(MetricFamily.Builder family, Shared shared) {
        family.setName(shared.name).setUnit(shared.unit).setType(shared.type)
                .setAtMicros(Scalars.micros(shared.at)).addAllBounds(shared.bounds);
        shared.labelKeys.forEach(key -> family.addLabelKeys(indexOf(key)));
    }

    private void addTo(MetricFamily.Builder family, HostMetric metric) {
        metric.labels().values().forEach(text -> family.addLabels(indexOf(text)));
        switch (metric.value()) {
            case MetricValue.Gauge(double value) -> family.addValues(value);
            case MetricValue.Counter(double value) -> family.addValues(value);
            case MetricValue.Histogram histogram -> family.addValues(histogram.sum())
                    .addAllCounts(histogram.counts());
        }
    }

    private int indexOf(String text) {
        Integer known = texts.putIfAbsent(text, texts.size());
        if (known != null) {
            return known;
        }
        FrameLimits.atMost(FrameLimits.MAX_METRIC_TEXTS, texts.size(), "texts of labels");
        return texts.size() - 1;
    }
}
