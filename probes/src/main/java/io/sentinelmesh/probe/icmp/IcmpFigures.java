package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.ProberCounters;
import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.refusal.RefusalTally;

/** Counts a run's fates and makes its report. Written by the engine thread, read by the run once all fates are told: guarded by itself. */
final class IcmpFigures {

    private record Refusal(RefusalReason reason, InetAddress offender) {
    }

    private final Duration lossThreshold;
    private final List<Long> delays = new ArrayList<>();
    private final Map<Refusal, Integer> refusals = new LinkedHashMap<>();
    private final Map<String, Integer> notSent = new LinkedHashMap<>();
    private int lost;
    private int duplicates;
    private int late;
    private int disturbed;
    private int corrupt;
    private int hopLimit = EchoEvents.NO_HOP_LIMIT;

    IcmpFigures(Duration lossThreshold) {
        this.lossThreshold = lossThreshold;
    }

    /** As in the outcome: "host-unreachable". */
    synchronized void answered(long roundTripNanos, int seenHopLimit) {
        delays.add(roundTripNanos);
        hopLimit = seenHopLimit;
    }

    synchronized void lost() {
        lost++;
    }

    synchronized void refused(RefusalReason reason, InetAddress offender) {
        refusals.merge(new Refusal(reason, offender), 1, Integer::sum);
    }

    synchronized void notSent(String cause) {
        notSent.merge(cause, 1, Integer::sum);
    }

    synchronized void duplicate() {
        duplicates++;
    }

    synchronized void disturbed() {
        disturbed++;
    }

    synchronized void late() {
        late++;
    }

    synchronized void corrupt() {
        corrupt++;
    }

    synchronized Report report(InetAddress address, ProbeRung rung, ProberCounters counters,
            Optional<String> trouble) {
        int refused = refusals.values().stream().mapToInt(Integer::intValue).sum();
        int unsent = notSent.values().stream().mapToInt(Integer::intValue).sum();
        int sent = delays.size() + lost + refused;
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("address", AddressText.of(address));
        values.put("sent", sent);
        values.put("received", delays.size());
        if (sent > 0) {
            values.put("loss_ratio", (double) (sent - delays.size()) / sent);
        }
        values.put("loss_threshold_ms", lossThreshold.toNanos() / 1e6);
        if (!delays.isEmpty()) {
            new DelaySummary(delays).putInto(values);
        }
        values.put("duplicates", duplicates);
        values.put("late", late);
        values.put("corrupt", corrupt);
        values.put("not_sent", unsent);
        values.put("disturbed", disturbed);
        values.put("clock_steps", counters.clockSteps());
        values.put("pauses", counters.pauses());
        if (hopLimit != EchoEvents.NO_HOP_LIMIT) {
            values.put("hop_limit_seen", hopLimit);
        }
        values.put("refusals", refusals.entrySet().stream().map(entry -> Map.of( //
                "reason", RefusalTally.word(entry.getKey().reason()), "offender",
                AddressText.of(entry.getKey().offender()),
                "count", entry.getValue())).toList());
        values.put("rung", rung.label());
        rung.remedy().ifPresent(remedy -> values.put("remedy", remedy));
        trouble.ifPresent(why -> values.put("trouble", why));
        return new Report(!delays.isEmpty(), outcome(sent), values, lines(sent, unsent, rung, trouble));
    }

    private String outcome(int sent) {
        if (sent == 0) {
            return "not-sent";
        }
        if (delays.size() == sent) {
            return "answered";
        }
        if (!delays.isEmpty()) {
            return "partly-lost";
        }
        // What was told most often explains best why nothing was answered.
        return refusals.entrySet().stream().max(Map.Entry.comparingByValue())
                .map(most -> RefusalTally.word(most.getKey().reason())).orElse("lost");
    }

    private List<String> lines(int sent, int unsent, ProbeRung rung, Optional<String> trouble) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("%d sent, %d received, %s %% loss, %d duplicates, %d late, %d corrupt".formatted(sent, delays.size(),
                sent == 0 ? "no" : String.format(Locale.ROOT, "%.1f", 100.0 * (sent - delays.size()) / sent),
                duplicates, late, corrupt));
        if (!delays.isEmpty()) {
            lines.addAll(new DelaySummary(delays).lines());
        }
        refusals.forEach((refusal, times) -> lines.add("refused %d times: %s by %s".formatted(times,
                RefusalTally.word(refusal.reason()), AddressText.of(refusal.offender()))));
        notSent.forEach((cause, times) -> lines.add("not sent %d times: %s".formatted(times, cause)));
        if (disturbed > 0) {
            lines.add("%d not measured: this host was held up, or its clock set, meanwhile".formatted(disturbed));
        }
        if (unsent > 0 && sent == 0 && disturbed == 0) {
            lines.add("nothing was sent: this host could not");
        }
        trouble.ifPresent(why -> lines.add("ended early: " + why));
        lines.add("measured by " + rung.label());
        rung.remedy().ifPresent(remedy -> lines.add("better: " + remedy));
        return lines;
    }
}
