package io.sentinelmesh.measurement;

import java.util.List;

/** What a metric says, by its kind. All numbers are finite: what is not known is no metric. */
public sealed interface MetricValue {

    /** May go up and down. */
    record Gauge(double value) implements MetricValue {
        public Gauge {
            requireFinite(value);
        }
    }

    /** Only grows, until what it counts starts anew. */
    record Counter(double value) implements MetricValue {
        public Counter {
            requireFinite(value);
            if (value < 0) {
                throw new IllegalArgumentException("a counter is not negative: " + value);
            }
        }
    }

    /**
     * How often values fell between bounds.
     *
     * @param bounds upper bounds, ascending, each within its bucket
     * @param counts one for each bound and one for what lies above; not cumulative
     * @param sum of all values
     */
    record Histogram(List<Double> bounds, List<Long> counts, double sum) implements MetricValue {

        public static final int MAX_BOUNDS = 64;

        public Histogram {
            bounds = List.copyOf(bounds);
            counts = List.copyOf(counts);
            requireFinite(sum);
            if (bounds.size() > MAX_BOUNDS || counts.size() != bounds.size() + 1) {
                throw new IllegalArgumentException("a histogram has at most " + MAX_BOUNDS
                        + " bounds and one count more, not " + bounds.size() + " and " + counts.size());
            }
            double before = Double.NEGATIVE_INFINITY;
            for (double bound : bounds) {
                requireFinite(bound);
                if (bound <= before) {
                    throw new IllegalArgumentException("the bounds of a histogram ascend: " + bounds);
                }
                before = bound;
            }
            for (long count : counts) {
                if (count < 0) {
                    throw new IllegalArgumentException("a count is not negative: " + count);
                }
            }
        }
    }

    private static void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a metric is a finite number, not " + value);
        }
    }
}
