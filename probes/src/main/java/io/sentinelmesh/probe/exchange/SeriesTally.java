package io.sentinelmesh.probe.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what came of a series of exchanges. One thread. */
public final class SeriesTally {

    private final Map<String, Integer> outcomes = new LinkedHashMap<>();
    private final List<Long> okNanos = new ArrayList<>();
    private int made;
    private String lastTrouble = "";

    /**
     * @param outcome its word
     * @param ok whether it was as it should be
     * @param nanos that it took
     */
    public void add(String outcome, boolean ok, long nanos) {
        made++;
        outcomes.merge(outcome, 1, Integer::sum);
        if (ok) {
            okNanos.add(nanos);
        } else {
            lastTrouble = outcome;
        }
    }

    public int made() {
        return made;
    }

    /** Whether every one was as it should be. */
    public boolean allOk() {
        return okNanos.size() == made;
    }

    /** "ok" if every one was, else that of the last one that was not. */
    public String outcome() {
        return allOk() ? "ok" : lastTrouble;
    }

    /** {@code probes}, {@code ok}, {@code outcomes}, and of the good ones the least, median and greatest time in milliseconds. */
    public Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("probes", made);
        values.put("ok", okNanos.size());
        values.put("outcomes", new LinkedHashMap<>(outcomes));
        if (!okNanos.isEmpty()) {
            List<Long> sorted = okNanos.stream().sorted().toList();
            values.put("total_min_ms", Phases.milliseconds(sorted.getFirst()));
            values.put("total_median_ms", Phases.milliseconds(median(sorted)));
            values.put("total_max_ms", Phases.milliseconds(sorted.getLast()));
        }
        return values;
    }

    /** For people; none if there was one exchange only. */
    public List<String> lines() {
        if (made < 2) {
            return List.of();
        }
        List<Long> sorted = okNanos.stream().sorted().toList();
        String times = sorted.isEmpty()
                ? ""
                : ", min " + Phases.shortMilliseconds(sorted.getFirst()) + ", median "
                        + Phases.shortMilliseconds(median(sorted)) + ", max "
                        + Phases.shortMilliseconds(sorted.getLast()) + " ms";
        return List.of(okNanos.size() + " of " + made + " ok" + times, "outcomes: " + outcomes);
    }

    private static long median(List<Long> sorted) {
        int size = sorted.size();
        return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }
}
