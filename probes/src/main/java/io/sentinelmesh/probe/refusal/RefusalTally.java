package io.sentinelmesh.probe.refusal;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.refusal.ErrorQueue.Refusal;

/**
 * Counts refusals by reason and offender, and words them for reports. Written by one thread, read after it; holds no more entries than the run has
 * attempts.
 */
public final class RefusalTally {

    private final Map<Refusal, Integer> counts = new LinkedHashMap<>();

    public void add(RefusalReason reason, InetAddress offender) {
        counts.merge(new Refusal(reason, offender), 1, Integer::sum);
    }

    public int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How often each reason was given, as words. */
    public Map<String, Integer> byReason() {
        Map<String, Integer> reasons = new LinkedHashMap<>();
        counts.forEach((refusal, count) -> reasons.merge(word(refusal.reason()), count, Integer::sum));
        return reasons;
    }

    /** For scripts: one map of reason, offender and count each, the most frequent first. */
    public List<Map<String, Object>> values() {
        List<Map<String, Object>> values = new ArrayList<>();
        counts.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())).forEach(entry -> {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("reason", word(entry.getKey().reason()));
            value.put("offender", AddressText.of(entry.getKey().offender()));
            value.put("count", entry.getValue());
            values.add(value);
        });
        return values;
    }

    /** For people, a line each. */
    public List<String> lines() {
        return values().stream()
                .map(value -> value.get("count") + " " + value.get("reason") + ", says " + value.get("offender"))
                .toList();
    }

    /** For people: one refusal. */
    public static String line(RefusalReason reason, InetAddress offender) {
        String who = offender.equals(LocalRefusals.THIS_HOST) ? "this host" : AddressText.of(offender);
        return word(reason) + ", says " + who;
    }

    /** The outcome class: "host-unreachable" and so on. */
    public static String word(RefusalReason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
