package io.sentinelmesh.aggregator.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A count that only grows. Any thread. */
public final class Counter implements Series {

    private final LongAdder value = new LongAdder();

    Counter() {
    }

    public void add(long n) {
        value.add(n);
    }

    public void increment() {
        value.increment();
    }

    @Override
    public void write(StringBuilder out, String name, String labels) {
        Series.sample(out, name, labels, (double) value.sum());
    }
}
