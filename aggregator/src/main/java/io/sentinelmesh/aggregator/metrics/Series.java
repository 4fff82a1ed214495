package io.sentinelmesh.aggregator.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** One line or some lines of a metric. */
sealed interface Series permits Counter, Histogram, Series.Many, Series.Read {

    void write(StringBuilder out, String name, String labels);

    /** A value read when asked for. */
    record Read(java.util.function.DoubleSupplier value) implements Series {
        @Override
        public void write(StringBuilder out, String name, String labels) {
            sample(out, name, labels, value.getAsDouble());
        }
    }

    /** As many lines as there are now, each with labels of its own. */
    record Many(Supplier<Map<String, Double>> values) implements Series {
        @Override
        public void write(StringBuilder out, String name, String labels) {
            values.get().forEach((own, value) -> sample(out, name, own, value));
        }
    }

    static void sample(StringBuilder out, String name, String labels, double value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        out.append(' ').append(whole ? Long.toString((long) value) : String.format(Locale.ROOT, "%s", value))
                .append('\n');
    }
}
