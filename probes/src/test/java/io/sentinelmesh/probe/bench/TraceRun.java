package io.sentinelmesh.probe.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.route.RouteKind;

/**
 * Traces in a row in one process, as an agent does: {@code TraceRun TARGET HOP PORT=ADDRESS,… WARM RUNS}. Each source port is a flow, and the
 * address is the one through which the router really sends it at that hop. After WARM traces that are not told, each line is
 * {@code milliseconds outcome flows_right flows_lost hops_labelled hops_silent packets}.
 */
final class TraceRun {

    private static final double NANOS_PER_MILLI = 1e6;

    private final Kind kind = new RouteKind();
    private final String target;
    private final int hop;
    private final Map<Integer, String> truth;

    private TraceRun(String target, int hop, Map<Integer, String> truth) {
        this.target = target;
        this.hop = hop;
        this.truth = truth;
    }

    public static void main(String... args) throws InterruptedException {
        Map<Integer, String> truth = new LinkedHashMap<>();
        for (String flow : args[2].split(",")) {
            truth.put(Integer.parseInt(flow.split("=")[0]), flow.split("=")[1]);
        }
        TraceRun run = new TraceRun(args[0], Integer.parseInt(args[1]), truth);
        for (int i = 0; i < Integer.parseInt(args[3]); i++) {
            run.trace();
        }
        for (int i = 0; i < Integer.parseInt(args[4]); i++) {
            System.out.println(run.trace());
        }
    }

    /** Everything counts that a caller waits for: reading the settings, sockets, packets, the report. */
    private String trace() throws InterruptedException {
        String ports = String.join(",", truth.keySet().stream().map(String::valueOf).toList());
        long began = System.nanoTime();
        Report report = kind.prepare(target, Settings.of(kind.settings(), Map.of("source-ports", ports)))
                .run(Progress.SILENT);
        double millis = (System.nanoTime() - began) / NANOS_PER_MILLI;
        List<Map<String, Object>> hops = list(report.values(), "hops");
        return String.format(Locale.ROOT, "%.3f %s %d %d %d %d %s", millis, report.outcome(), right(hops),
                lost(report), noted(hops, "maybe-rate-limited"), noted(hops, "silent"),
                report.values().get("packets"));
    }

    private long right(List<Map<String, Object>> hops) {
        if (hops.size() < hop) {
            return 0;
        }
        return list(hops.get(hop - 1), "addresses").stream()
                .mapToLong(address -> ((List<?>) address.getOrDefault("flows", List.of())).stream()
                        .filter(flow -> String.valueOf(address.get("address")).equals(truth.get(flow))).count())
                .sum();
    }

    private static long lost(Report report) {
        return list(report.values(), "flows").stream()
                .filter(flow -> !List.of("reached", "maybe-rate-limited").contains(String.valueOf(flow.get("outcome"))))
                .count();
    }

    private static long noted(List<Map<String, Object>> hops, String note) {
        return hops.stream().filter(hop -> note.equals(hop.get("note"))).count();
    }

    @SuppressWarnings("unchecked") // RouteReport's own form
    private static List<Map<String, Object>> list(Map<String, Object> values, String key) {
        return (List<Map<String, Object>>) values.getOrDefault(key, List.of());
    }
}
