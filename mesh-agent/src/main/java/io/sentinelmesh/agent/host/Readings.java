package io.sentinelmesh.agent.host;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.measurement.HostMetric;

/** The figures of one group at one moment. What is not known is left out. One thread. */
final class Readings {

    /** Of one group: a host with thousands of interfaces or mounts is told of in part. */
    static final int MOST = 200;

    private final Instant at;
    private final List<HostMetric> metrics = new ArrayList<>();

    Readings(Instant at) {
        this.at = at;
    }

    /**
     * @param value not finite, or a counter below 0: not known
     * @param labels one for each key of the name
     */
    void add(HostMetricName name, double value, String... labels) {
        boolean known = Double.isFinite(value) && (name.kind() != Kind.COUNTER || value >= 0);
        if (known && metrics.size() < MOST) {
            metrics.add(new HostMetric(name.text(), name.unit(), labels(name, labels), at, name.kind().of(value)));
        }
    }

    /** The same for a figure that is 0 or less where the host does not tell it. */
    void addIfPositive(HostMetricName name, double value, String... labels) {
        if (value > 0) {
            add(name, value, labels);
        }
    }

    /** The same for a figure that is below 0 where the host does not tell it. */
    void addIfTold(HostMetricName name, double value, String... labels) {
        if (value >= 0) {
            add(name, value, labels);
        }
    }

    void add(HostMetricName name, long value, String... labels) {
        add(name, (double) value, labels);
    }

    void addIfPositive(HostMetricName name, long value, String... labels) {
        addIfPositive(name, (double) value, labels);
    }

    void addIfTold(HostMetricName name, long value, String... labels) {
        addIfTold(name, (double) value, labels);
    }

    private static Map<String, String> labels(HostMetricName name, String... values) {
        if (values.length != name.labels().size()) {
            throw new IllegalArgumentException(name.text() + " has the labels " + name.labels());
        }
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            labels.put(name.labels().get(i), clean(values[i]));
        }
        return labels;
    }

    /** Names of processes, mounts and units are whatever somebody called them. */
    private static String clean(String text) {
        String line = text.codePoints().map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        return line.length() <= HostMetric.MAX_LABEL_VALUE_LENGTH
                ? line
                : line.substring(0, HostMetric.MAX_LABEL_VALUE_LENGTH);
    }

    List<HostMetric> metrics() {
        return metrics;
    }
}
