package io.sentinelmesh.probe.kind;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The delays of one run, nanoseconds, and the figures of them that reports tell. Written by one thread, read after it. */
public final class Delays {

    private static final double NANOS_PER_MILLI = 1e6;

    private long[] nanos = new long[16];
    private int count;

    public void add(long delayNanos) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = delayNanos;
    }

    public int count() {
        return count;
    }

    /** Adds {@code name_min}, {@code _median}, {@code _mean}, {@code _p95} and {@code _max} in milliseconds; nothing of no delays. */
    public void tell(String name, Map<String, Object> values) {
        if (count == 0) {
            return;
        }
        long[] sorted = sorted();
        values.put(name + "_min", millis(sorted[0]));
        values.put(name + "_median", millis(rank(sorted, 50)));
        values.put(name + "_mean", millis(Math.round(Arrays.stream(sorted).average().orElseThrow())));
        values.put(name + "_p95", millis(rank(sorted, 95)));
        values.put(name + "_max", millis(sorted[count - 1]));
    }

    /** Min, median and max for people; empty of no delays. */
    public Optional<String> line() {
        if (count == 0) {
            return Optional.empty();
        }
        long[] sorted = sorted();
        return Optional.of("min/median/max " + text(sorted[0]) + "/" + text(rank(sorted, 50)) + "/"
                + text(sorted[count - 1]) + " ms");
    }

    /** Milliseconds with as many digits as nanoseconds give. */
    public static double millis(long delayNanos) {
        return delayNanos / NANOS_PER_MILLI;
    }

    /** Milliseconds, three decimals. */
    public static String text(long delayNanos) {
        return String.format(Locale.ROOT, "%.3f", millis(delayNanos));
    }

    private long[] sorted() {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted;
    }

    /** Nearest rank: the least that so many percent do not exceed. */
    private static long rank(long[] sorted, int percent) {
        return sorted[Math.max(1, (int) Math.ceil(percent / 100.0 * sorted.length)) - 1];
    }
}
