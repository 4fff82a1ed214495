package io.sentinelmesh.db.metric;

import io.sentinelmesh.measurement.MetricValue;

/** What kind of figure a series is. */
public enum MetricType {

    GAUGE(1, "gauge"), COUNTER(2, "counter"), HISTOGRAM(3, "histogram");

    private final int number;
    private final String label;

    MetricType(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /** Stable: used in the database, never renumbered. */
    public int number() {
        return number;
    }

    /** As in the API. */
    public String label() {
        return label;
    }

    public static MetricType of(MetricValue value) {
        return switch (value) {
            case MetricValue.Gauge _ -> GAUGE;
            case MetricValue.Counter _ -> COUNTER;
            case MetricValue.Histogram _ -> HISTOGRAM;
        };
    }

    public static MetricType ofNumber(int number) {
        for (MetricType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("no type of metric has the number " + number);
    }
}
