package io.sentinelmesh.wire;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.wire.WireFormatException.Problem;
import io.sentinelmesh.wire.proto.MetricFamily;
import io.sentinelmesh.wire.proto.Metrics;

/** Metrics out of their families, the reverse of {@link MetricWriter}; believes nothing. */
final class MetricReader {

    private final List<String> texts;

    private MetricReader(List<String> texts) {
        this.texts = texts;
    }

    static List<HostMetric> metrics(Metrics message) {
        FrameLimits.atMost(FrameLimits.MAX_METRIC_TEXTS, message.getTextsCount(), "texts of labels");
        FrameLimits.atMost(FrameLimits.MAX_METRICS, message.getFamiliesCount(), "families of metrics");
        MetricReader reader = new MetricReader(message.getTextsList());
        List<HostMetric> metrics = new ArrayList<>();
        for (MetricFamily family : message.getFamiliesList()) {
            FrameLimits.atMost(FrameLimits.MAX_METRICS, metrics.size() + family.getValuesCount(), "metrics");
            reader.read(family, metrics);
        }
        return metrics;
    }

    private void read(MetricFamily family, List<HostMetric> into) {
        int type = family.getType();
        if (type < MetricWriter.GAUGE || type > MetricWriter.HISTOGRAM) {
            return; // of a newer agent: a figure of its host is no reason to refuse its results
        }
        int metrics = family.getValuesCount();
        int keys = family.getLabelKeysCount();
        FrameLimits.atMost(HostMetric.MAX_LABELS, keys, "labels of a metric");
        require(family.getLabelsCount() == (long) metrics * keys, family, "labels");
        requireBuckets(family, metrics);
        Instant at = Scalars.instant(family.getAtMicros());
        List<Double> bounds = List.copyOf(family.getBoundsList());
        for (int metric = 0; metric < metrics; metric++) {
            into.add(new HostMetric(family.getName(), family.getUnit(), labels(family, metric, keys), at,
                    value(family, bounds, metric)));
        }
    }

    private static void requireBuckets(MetricFamily family, int metrics) {
        if (family.getType() == MetricWriter.HISTOGRAM) {
            FrameLimits.atMost(MetricValue.Histogram.MAX_BOUNDS, family.getBoundsCount(), "bounds of a histogram");
            require(family.getCountsCount() == (long) metrics * (family.getBoundsCount() + 1), family, "counts");
        } else {
            require(family.getBoundsCount() == 0 && family.getCountsCount() == 0, family, "bounds");
        }
    }

    private static void require(boolean fits, MetricFamily family, String column) {
        if (!fits) {
            throw new WireFormatException(Problem.INVALID_CONTENT, "column " + column
                    + " of a family of metrics does not fit its " + family.getValuesCount() + " values");
        }
    }

    private Map<String, String> labels(MetricFamily family, int metric, int keys) {
        Map<String, String> labels = new TreeMap<>();
        for (int key = 0; key < keys; key++) {
            String before = labels.put(text(family.getLabelKeys(key)), text(family.getLabels(metric * keys + key)));
            if (before != null) {
                throw new WireFormatException(Problem.INVALID_CONTENT, "a metric has a label twice");
            }
        }
        return labels;
    }

    private static MetricValue value(MetricFamily family, List<Double> bounds, int metric) {
        double value = family.getValues(metric);
        return switch (family.getType()) {
            case MetricWriter.GAUGE -> new MetricValue.Gauge(value);
            case MetricWriter.COUNTER -> new MetricValue.Counter(value);
            default -> {
                int buckets = bounds.size() + 1;
                yield new MetricValue.Histogram(bounds,
                        family.getCountsList().subList(metric * buckets, (metric + 1) * buckets), value);
            }
        };
    }

    private String text(int index) {
        if (index < 0 || index >= texts.size()) {
            throw new WireFormatException(Problem.INVALID_CONTENT, "a label refers to text "
                    + Integer.toUnsignedString(index) + ", but there are only " + texts.size());
        }
        return texts.get(index);
    }
}
