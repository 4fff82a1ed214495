package io.sentinelmesh.probe.bench;

import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What all benchmarks do with their numbers. */
final class Figures {

    private Figures() {
    }

    /** The middle one; of an even number of values the middle between the two. */
    static <T> double median(Collection<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** The least value that {@code percent} of all do not exceed (nearest rank); NaN of none. */
    static double percentile(double[] ascending, double percent) {
        if (ascending.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100 * ascending.length);
        return ascending[Math.max(rank, 1) - 1];
    }

    /** A line about the way there: standard error, since standard output carries the result. */
    static void progress(String format, Object... values) {
        System.err.printf(Locale.ROOT, format + "%n", values);
    }
}
