package io.sentinelmesh.aggregator.metrics;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How values spread over fixed bounds. Any thread. */
public final class Histogram implements Series {

    private final double[] bounds;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    /**
     * @param bounds ascending
     */
    Histogram(double... bounds) {
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
            String le = "le=\"" + bound + "\"";
            Series.sample(out, name + "_bucket", labels.isEmpty() ? le : labels + "," + le, (double) total);
        }
        Series.sample(out, name + "_sum", labels, sum.sum());
        Series.sample(out, name + "_count", labels, (double) total);
    }
}
