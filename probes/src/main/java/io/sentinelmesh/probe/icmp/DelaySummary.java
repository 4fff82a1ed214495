package io.sentinelmesh.probe.icmp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the round-trip delays of one run come to, in milliseconds. */
final class DelaySummary {

    /** Ascending. */
    private final double[] sorted;
    private final double mean;
    /** Mean absolute difference between neighbours (RFC 3393). */
    private final double meanChange;

    /** @param nanosInOrder at least one, in the order in which they were measured */
    DelaySummary(List<Long> nanosInOrder) {
        double[] millis = nanosInOrder.stream().mapToDouble(nanos -> nanos / 1e6).toArray();
        double changes = 0;
        for (int i = 1; i < millis.length; i++) {
            changes += Math.abs(millis[i] - millis[i - 1]);
        }
        meanChange = changes / Math.max(1, millis.length - 1);
        mean = Arrays.stream(millis).average().orElseThrow();
        sorted = millis;
        Arrays.sort(sorted);
    }

    private double smallest() {
        return sorted[0];
    }

    private double largest() {
        return sorted[sorted.length - 1];
    }

    private double median() {
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** 95 of 100 are not above it. */
    private double p95() {
        return sorted[Math.max(0, (int) Math.ceil(0.95 * sorted.length) - 1)];
    }

    void putInto(Map<String, Object> values) {
        values.put("round_trip_ms_min", rounded(smallest()));
        values.put("round_trip_ms_median", rounded(median()));
        values.put("round_trip_ms_mean", rounded(mean));
        values.put("round_trip_ms_p95", rounded(p95()));
        values.put("round_trip_ms_max", rounded(largest()));
        // Against the smallest (RFC 5481, section 4.2).
        values.put("packet_delay_variation_ms_median", rounded(median() - smallest()));
        values.put("packet_delay_variation_ms_p95", rounded(p95() - smallest()));
        if (sorted.length > 1) {
            values.put("inter_packet_delay_variation_ms_mean", rounded(meanChange));
        }
    }

    /** Microseconds are all that is meant. */
    private static double rounded(double millis) {
        return Math.rint(millis * 1e3) / 1e3;
    }

    List<String> lines() {
        return List.of(
                String.format(Locale.ROOT, "round trip, ms: min %.3f, median %.3f, mean %.3f, p95 %.3f, max %.3f",
                        smallest(), median(), mean, p95(), largest()),
                String.format(Locale.ROOT, "delay variation, ms: median %.3f, p95 %.3f above the smallest",
                        median() - smallest(), p95() - smallest()));
    }
}
