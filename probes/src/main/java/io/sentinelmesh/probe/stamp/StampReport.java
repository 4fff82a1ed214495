package io.sentinelmesh.probe.stamp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Report;

/** Makes a report of a run that has ended. Its keys are told in docs/probes.md. */
final class StampReport {

    /** One or two lost packets do not make a broken path. */
    static final int LEAST_TO_LOSE_ALL = 3;
    private static final double NANOS_PER_MILLI = 1e6;

    private final StampTarget target;
    private final StampSettings settings;
    private final int[] sourcePorts;
    private final StampTally tally;
    private final StampCounters counters;
    private final List<FlowTally> flows;
    private final int sent;
    private final int received;
    private final int notSent;
    private final long planned;
    private final long losingAll;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    /** @param count packets that each flow was to send */
    StampReport(StampTarget target, StampSettings settings, int count, int[] sourcePorts, StampTally tally,
            StampCounters counters) {
        this.target = target;
        this.settings = settings;
        this.sourcePorts = sourcePorts;
        this.tally = tally;
        this.counters = counters;
        flows = tally.flows();
        sent = sum(FlowTally::sent);
        received = sum(flow -> flow.answered);
        notSent = sum(flow -> flow.notSent);
        planned = (long) count * flows.size();
        losingAll = received == 0
                ? 0
                : flows.stream().filter(flow -> flow.answered == 0 && flow.sent() >= LEAST_TO_LOSE_ALL).count();
    }

    private int sum(ToIntFunction<FlowTally> figure) {
        return flows.stream().mapToInt(figure).sum();
    }

    Report report() {
        counts();
        delays();
        header();
        values.put("flows", flowList());
        lines();
        return new Report(received > 0 && sent == planned, outcome(), values, lines);
    }

    private String outcome() {
        if (received == 0) {
            if (sent == 0 && tally.refusal().isEmpty()) {
                return "not-sent";
            }
            return tally.refusal().map(StampReport::word).orElse("lost");
        }
        if (losingAll > 0) {
            return "flows-lost";
        }
        if (received < sent) {
            return "partly-lost";
        }
        return sent == planned ? "answered" : "partly-sent";
    }

    /** Packets whose fate was not known when the run's time was over. */
    private long unfinished() {
        return planned - sent - notSent;
    }

    private static String word(RefusalReason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void counts() {
        values.put("address", AddressText.of(target.address()));
        values.put("port", target.port());
        values.put("authenticated", settings.key().isPresent());
        values.put("size_bytes", settings.size());
        values.put("planned", planned);
        values.put("sent", sent);
        values.put("received", received);
        values.put("lost", sum(flow -> flow.lost));
        values.put("lost_forward", sum(flow -> flow.lostForward));
        values.put("lost_backward", sum(flow -> flow.lostBackward));
        values.put("lost_unattributed", sum(flow -> flow.lostUnattributed));
        if (sent > 0) {
            values.put("loss_ratio", (double) (sent - received) / sent);
        }
        values.put("refused", sum(flow -> flow.refused));
        tally.refusal().ifPresent(reason -> {
            values.put("refusal", word(reason));
            values.put("refused_by", tally.offender());
        });
        values.put("not_sent", notSent);
        if (!tally.causeNotSent().isEmpty()) {
            values.put("not_sent_cause", tally.causeNotSent());
        }
        values.put("held_back", counters.heldBack());
        values.put("duplicates", sum(flow -> flow.duplicatesForward + flow.duplicatesBackward));
        values.put("duplicates_forward", sum(flow -> flow.duplicatesForward));
        values.put("duplicates_backward", sum(flow -> flow.duplicatesBackward));
        values.put("reordered", sum(flow -> flow.reorderedForward + flow.reorderedBackward));
        values.put("reordered_forward", sum(flow -> flow.reorderedForward));
        values.put("reordered_backward", sum(flow -> flow.reorderedBackward));
        values.put("late", counters.late());
        values.put("not_authentic", counters.notAuthentic());
        values.put("foreign", counters.foreign());
        values.put("unstamped", counters.unstamped());
        values.put("clock_steps", counters.clockSteps());
        values.put("implausible", counters.implausible());
        values.put("reflector_restarts", counters.reflectorRestarts());
        values.put("departures_followed_up", sum(flow -> flow.refined));
        values.put("flows_total", flows.size());
        values.put("flows_losing_all", losingAll);
    }

    private void delays() {
        spread("net_round_trip_ms", all(FlowTally::netRoundTrips));
        spread("round_trip_ms", all(FlowTally::roundTrips));
        spread("residence_ms", all(FlowTally::residences));
        spread("forward_queueing_delay_ms", all(FlowTally::forwardQueueing));
        uncertainty("forward_queueing_delay_uncertainty_ms", FlowTally::forwardUncertaintyNanos);
        spread("backward_queueing_delay_ms", all(FlowTally::backwardQueueing));
        uncertainty("backward_queueing_delay_uncertainty_ms", FlowTally::backwardUncertaintyNanos);
    }

    private long[] all(Function<FlowTally, long[]> figure) {
        return flows.stream().map(figure).flatMapToLong(Arrays::stream).sorted().toArray();
    }

    private void spread(String name, long[] ascending) {
        if (ascending.length > 0) {
            values.put(name + "_min", millis(ascending[0]));
            values.put(name + "_median", millis(percentile(ascending, 50)));
            values.put(name + "_p99", millis(percentile(ascending, 99)));
            values.put(name + "_max", millis(ascending[ascending.length - 1]));
        }
    }

    /** Of the flow where it is worst. */
    private void uncertainty(String name, ToLongFunction<FlowTally> figure) {
        flows.stream().filter(flow -> flow.answered > 0).mapToLong(figure).max()
                .ifPresent(nanos -> values.put(name, millis(nanos)));
    }

    private static double millis(long nanos) {
        return nanos / NANOS_PER_MILLI;
    }

    /** The least value that so many percent do not exceed (nearest rank). */
    private static long percentile(long[] ascending, double percent) {
        int rank = (int) Math.ceil(percent / 100 * ascending.length);
        return ascending[Math.max(rank, 1) - 1];
    }

    private void header() {
        values.put("dscp_sent", settings.dscp());
        mostFrequent("dscp_at_reflector", tally.dscpAtReflector());
        mostFrequent("dscp_at_sender", tally.dscpAtSender());
        values.put("hop_limit_sent", settings.hopLimit());
        mostFrequent("hop_limit_at_reflector", tally.hopLimitsAtReflector());
        mostFrequent("hop_limit_at_sender", tally.hopLimitsAtSender());
    }

    /** More than one hop limit or code point means more than one path. */
    private void mostFrequent(String name, List<Integer> seen) {
        if (!seen.isEmpty()) {
            values.put(name, seen.getFirst());
            values.put(name + "_seen", seen);
        }
    }

    private List<Map<String, Object>> flowList() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (int flow = 0; flow < flows.size(); flow++) {
            FlowTally figures = flows.get(flow);
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("source_port", sourcePorts[flow]);
            object.put("sent", figures.sent());
            object.put("received", figures.answered);
            object.put("lost_forward", figures.lostForward);
            object.put("lost_backward", figures.lostBackward);
            object.put("lost_unattributed", figures.lostUnattributed);
            object.put("refused", figures.refused);
            object.put("not_sent", figures.notSent);
            long[] delays = figures.netRoundTrips();
            if (delays.length > 0) {
                object.put("net_round_trip_ms_median", millis(percentile(delays, 50)));
            }
            list.add(object);
        }
        return list;
    }

    private void lines() {
        lines.add(row("source port", "sent", "received", "lost there", "lost back", "lost either", "median ms"));
        for (int flow = 0; flow < flows.size(); flow++) {
            FlowTally figures = flows.get(flow);
            long[] delays = figures.netRoundTrips();
            lines.add(row(sourcePorts[flow], figures.sent(), figures.answered, figures.lostForward,
                    figures.lostBackward, figures.lostUnattributed,
                    delays.length == 0 ? "-" : format(millis(percentile(delays, 50)))));
        }
        lines.add(sent + " sent, " + received + " answered; lost there " + values.get("lost_forward") + ", back "
                + values.get("lost_backward") + ", either way " + values.get("lost_unattributed") + "; doubled "
                + values.get("duplicates") + ", overtaken " + values.get("reordered"));
        if (losingAll > 0) {
            lines.add(losingAll + " of " + flows.size() + " flows lose all");
        }
        spreadLine("round trip net of residence", "net_round_trip_ms");
        spreadLine("residence at the reflector", "residence_ms");
        spreadLine("queueing there", "forward_queueing_delay_ms");
        spreadLine("queueing back", "backward_queueing_delay_ms");
        headerLine("DSCP", settings.dscp(), tally.dscpAtReflector(), tally.dscpAtSender());
        headerLine("hop limit", settings.hopLimit(), tally.hopLimitsAtReflector(), tally.hopLimitsAtSender());
        troubleLines();
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%11s %6s %9s %11s %10s %12s %10s", cells);
    }

    private static String format(double millis) {
        return String.format(Locale.ROOT, "%.3f", millis);
    }

    private void spreadLine(String label, String name) {
        if (values.get(name + "_min") instanceof Double least && values.get(name + "_median") instanceof Double median
                && values.get(name + "_p99") instanceof Double p99
                && values.get(name + "_max") instanceof Double most) {
            String uncertainty = values
                    .get(name.replace("_ms", "_uncertainty_ms")) instanceof Double value && !name.startsWith("res")
                            ? " (line uncertain by " + format(value) + ")"
                            : "";
            lines.add(label + ", ms: min " + format(least) + ", median " + format(median) + ", p99 " + format(p99)
                    + ", max " + format(most) + uncertainty);
        }
    }

    private void headerLine(String what, int sentWith, List<Integer> there, List<Integer> back) {
        if (!there.isEmpty() || !back.isEmpty()) {
            lines.add(what + ": sent with " + sentWith + ", " + list(there) + " at the reflector, " + list(back)
                    + " on the answer");
        }
    }

    private static String list(List<Integer> seen) {
        return seen.isEmpty() ? "unknown" : String.join(" and ", seen.stream().map(String::valueOf).toList());
    }

    private void troubleLines() {
        tally.refusal()
                .ifPresent(reason -> lines.add("refused: " + word(reason) + ", says " + tally.offender()
                        + (reason == RefusalReason.PORT_UNREACHABLE
                                ? "; no reflector listens there: scripts/sentinel reflector"
                                : "")));
        if (!tally.causeNotSent().isEmpty()) {
            lines.add(notSent + " not sent: " + tally.causeNotSent());
        }
        if (unfinished() > 0) {
            lines.add("ended early: " + (planned - unfinished()) + " of " + planned);
        }
        if (counters.clockSteps() > 0) {
            lines.add(counters.clockSteps() + " answers measured across a step of this host's clock, less exactly");
        }
        if (counters.notAuthentic() > 0) {
            lines.add(counters.notAuthentic() + " answers had a wrong HMAC: do both ends have the same key?");
        }
    }
}
