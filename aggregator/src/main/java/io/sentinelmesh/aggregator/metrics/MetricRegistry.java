package io.sentinelmesh.aggregator.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Counters, gauges and histograms of this process, written in the Prometheus text format 0.0.4. Any thread. */
public final class MetricRegistry {

    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private enum Type {
        COUNTER("counter"), GAUGE("gauge"), HISTOGRAM("histogram");

        private final String word;

        Type(String word) {
            this.word = word;
        }
    }

    private record Family(String help, Type type, Map<String, Series> series) {
    }

    private final Map<String, Family> families = new TreeMap<>();

    /**
     * @param name ends in {@code _total}
     * @param label empty, or {@code key="value"} with a value of our own (never text from outside)
     */
    public Counter counter(String name, String label, String help) {
        Counter counter = new Counter();
        add(name, Type.COUNTER, label, help, counter);
        return counter;
    }

    /**
     * @param bounds ascending
     */
    public Histogram histogram(String name, String help, double... bounds) {
        Histogram histogram = new Histogram(bounds);
        add(name, Type.HISTOGRAM, "", help, histogram);
        return histogram;
    }

    /** A value read when asked for; the supplier is called by any thread. */
    public void gauge(String name, String label, String help, DoubleSupplier value) {
        add(name, Type.GAUGE, label, help, new Series.Read(value));
    }

    /**
     * Values of which there are now more, now fewer; the supplier is called by any thread.
     *
     * @param values by their labels as {@link #label} writes them, joined by commas
     */
    public void gauges(String name, String help, Supplier<Map<String, Double>> values) {
        add(name, Type.GAUGE, "", help, new Series.Many(values));
    }

    /** With a value that may be text from outside. */
    public static String label(String key, String value) {
        return key + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /** A count that another object keeps; the supplier is called by any thread. */
    public void countedElsewhere(String name, String label, String help, DoubleSupplier value) {
        add(name, Type.COUNTER, label, help, new Series.Read(value));
    }

    private synchronized void add(String name, Type type, String label, String help, Series series) {
        Family family = families.computeIfAbsent(name, _ -> new Family(help, type, new LinkedHashMap<>()));
        if (family.type != type || family.series.putIfAbsent(label, series) != null) {
            throw new IllegalArgumentException("metric " + name + "{" + label + "} is there already");
        }
    }

    /** All of it as text. */
    public synchronized String exposition() {
        StringBuilder out = new StringBuilder(8_192);
        families.forEach((name, family) -> {
            out.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
            out.append("# TYPE ").append(name).append(' ').append(family.type.word).append('\n');
            family.series.forEach((label, series) -> series.write(out, name, label));
        });
        return out.toString();
    }
}
