package io.sentinelmesh.aggregator.metrics;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** Counters, gauges and histograms of this process, written in the Prometheus text format 0.0.4. Any thread. */
public final class MetricRegistry {

    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private interface Series {
        void write(StringBuilder out, String name, String labels);
    }

    private record Family(String help, String type, Map<String, Series> series) {
    }

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /** A count that only grows. */
    public static final class Counter implements Series {
        private final LongAdder value = new LongAdder();

        public void add(long n) {
            value.add(n);
        }

        public void increment() {
            value.increment();
        }

        public long value() {
            return value.sum();
        }

        @Override
        public void write(StringBuilder out, String name, String labels) {
            sample(out, name, labels, value.sum());
        }
    }

    /** How values spread over fixed bounds. */
    public static final class Histogram implements Series {
        private final double[] bounds;
        private final LongAdder[] counts;
        private final java.util.concurrent.atomic.DoubleAdder sum = new java.util.concurrent.atomic.DoubleAdder();

        Histogram(double[] bounds) {
            this.bounds = bounds.clone();
            this.counts = new LongAdder[bounds.length + 1];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }

        public void observe(double value) {
            int i = 0;
            while (i < bounds.length && value > bounds[i]) {
                i++;
            }
            counts[i].increment();
            sum.add(value);
        }

        @Override
        public void write(StringBuilder out, String name, String labels) {
            long total = 0;
            for (int i = 0; i < counts.length; i++) {
                total += counts[i].sum();
                String bound = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
                sample(out, name + "_bucket", join(labels, "le=\"" + bound + "\""), total);
            }
            sample(out, name + "_sum", labels, sum.sum());
            sample(out, name + "_count", labels, total);
        }

        private static String join(String labels, String label) {
            return labels.isEmpty() ? label : labels + "," + label;
        }
    }

    /**
     * @param name ends in {@code _total}
     * @param label empty, or {@code key="value"} with a value of our own (never text from outside)
     */
    public Counter counter(String name, String label, String help) {
        return (Counter) add(name, "counter", label, help, new Counter());
    }

    public Histogram histogram(String name, String help, double... bounds) {
        return (Histogram) add(name, "histogram", "", help, new Histogram(bounds));
    }

    /** A value read when asked for; the supplier is called by any thread. */
    public void gauge(String name, String label, String help, DoubleSupplier value) {
        add(name, "gauge", label, help,
                (out, series, labels) -> sample(out, series, labels, value.getAsDouble()));
    }

    /** A count that another object keeps; the supplier is called by any thread. */
    public void countedElsewhere(String name, String label, String help, DoubleSupplier value) {
        add(name, "counter", label, help,
                (out, series, labels) -> sample(out, series, labels, value.getAsDouble()));
    }

    private synchronized Series add(String name, String type, String label, String help, Series made) {
        Family family = families.computeIfAbsent(name, _ -> new Family(help, type, new LinkedHashMap<>()));
        if (!family.type.equals(type)) {
            throw new IllegalArgumentException(name + " is a " + family.type + ", not a " + type);
        }
        Series known = family.series.putIfAbsent(label, made);
        return known == null ? made : known;
    }

    /** All of it as text. */
    public synchronized String exposition() {
        StringBuilder out = new StringBuilder(8_192);
        families.forEach((name, family) -> {
            out.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
            out.append("# TYPE ").append(name).append(' ').append(family.type).append('\n');
            family.series.forEach((label, series) -> series.write(out, name, label));
        });
        return out.toString();
    }

    private static void sample(StringBuilder out, String name, String labels, double value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        out.append(' ').append(whole ? Long.toString((long) value) : String.format(Locale.ROOT, "%s", value))
                .append('\n');
    }
}
