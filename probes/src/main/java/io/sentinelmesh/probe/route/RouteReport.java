package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.route.Answer.FromRouter;
import io.sentinelmesh.probe.route.Answer.Refusal;
import io.sentinelmesh.probe.route.FlowFate.Loop;
import io.sentinelmesh.probe.route.FlowFate.MaybeRateLimited;
import io.sentinelmesh.probe.route.FlowFate.Reached;
import io.sentinelmesh.probe.route.FlowFate.Refused;
import io.sentinelmesh.probe.route.FlowFate.Unreached;
import io.sentinelmesh.probe.route.RouteFindings.HopNote;

/** Tells the findings of a trace to scripts and to people. */
final class RouteReport {

    private static final double NANOS_PER_MILLI = 1e6;

    private final String mode;
    private final TraceSocketSettings sockets;
    private final RouteFindings findings;
    private final List<FlowObservation> flows;
    private final AsTable systems;

    /** What one address answered at one hop limit. */
    private record Responder(InetAddress address, Set<Integer> flows, long leastNanos, List<MplsLabel> labels,
            Optional<Refusal> refusal) {
    }

    RouteReport(String mode, TraceSocketSettings sockets, RouteFindings findings, AsTable systems) {
        this.mode = mode;
        this.sockets = sockets;
        this.findings = findings;
        this.systems = systems;
        flows = findings.observations().flows();
    }

    Report make() {
        return new Report(findings.isReached(), findings.outcome(), values(), lines());
    }

    private Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("address", AddressText.of(sockets.target()));
        values.put("mode", mode);
        if (!mode.equals("icmp")) {
            values.put("port", sockets.port());
        }
        values.put("hop_count", findings.observations().longest());
        values.put("load_balancer", findings.loadBalancer().word());
        int differing = findings.firstDifferingHop();
        if (differing > 0) {
            values.put("first_differing_hop", differing);
            values.put("branches", branches(differing));
        }
        values.put("path_hashes", findings.pathHashes().values().stream().distinct().toList());
        values.put("flows", flows.stream().map(this::flow).toList());
        values.put("hops", hops());
        values.put("packets", findings.observations().packets());
        values.put("took_ms", findings.observations().tookNanos() / NANOS_PER_MILLI);
        findings.observations().sendTrouble().ifPresent(cause -> values.put("not_sent_cause", cause));
        return values;
    }

    private Map<String, Object> flow(FlowObservation flow) {
        FlowFate fate = findings.fate(flow);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(mode.equals("icmp") ? "identifier" : "source_port", flow.name());
        values.put("outcome", fate.word());
        values.put("path_hash", findings.pathHashes().get(flow.name()));
        switch (fate) {
            case Reached _,MaybeRateLimited _,Loop _ -> {
            }
            case Unreached unreached -> values.put("last_answered_hop", unreached.lastAnswered());
            case Refused refused -> {
                values.put("refused_at_hop", refused.hopLimit());
                values.put("refused_by", AddressText.of(refused.refusal().from()));
            }
        }
        return values;
    }

    private List<Map<String, Object>> branches(int hopLimit) {
        List<Map<String, Object>> branches = new ArrayList<>();
        for (Responder responder : responders(hopLimit)) {
            Map<String, Object> branch = new LinkedHashMap<>();
            branch.put("address", AddressText.of(responder.address()));
            branch.put("flows", List.copyOf(responder.flows()));
            branches.add(branch);
        }
        List<Integer> silent = flows.stream().filter(flow -> !flow.hop(hopLimit).isAnswered())
                .map(FlowObservation::name).toList();
        if (!silent.isEmpty()) {
            branches.add(Map.of("flows", silent));
        }
        return branches;
    }

    private List<Map<String, Object>> hops() {
        List<Map<String, Object>> hops = new ArrayList<>();
        for (int hopLimit = 1; hopLimit <= findings.observations().longest(); hopLimit++) {
            Map<String, Object> hop = new LinkedHashMap<>();
            hop.put("hop_limit", hopLimit);
            hop.put("addresses", responders(hopLimit).stream().map(this::address).toList());
            HopNote note = findings.note(hopLimit);
            if (note != HopNote.NONE) {
                hop.put("note", note.word());
            }
            hops.add(hop);
        }
        return hops;
    }

    private Map<String, Object> address(Responder responder) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("address", AddressText.of(responder.address()));
        values.put("flows", List.copyOf(responder.flows()));
        values.put("round_trip_ms", responder.leastNanos() / NANOS_PER_MILLI);
        responder.refusal().ifPresent(refusal -> values.put("refused", word(refusal)));
        if (!responder.labels().isEmpty()) {
            values.put("mpls", responder.labels().stream().map(RouteReport::label).toList());
        }
        systems.find(responder.address()).ifPresent(system -> {
            values.put("as_number", system.number());
            values.put("as_name", system.name());
        });
        return values;
    }

    private static Map<String, Object> label(MplsLabel label) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("label", label.label());
        values.put("traffic_class", label.trafficClass());
        values.put("bottom", label.bottom());
        values.put("hop_limit", label.hopLimit());
        return values;
    }

    private static String word(Refusal refusal) {
        return refusal.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In the order of the flows that they answered. */
    private List<Responder> responders(int hopLimit) {
        Map<InetAddress, List<Answer>> answers = new LinkedHashMap<>();
        Map<InetAddress, Set<Integer>> names = new LinkedHashMap<>();
        for (FlowObservation flow : flows) {
            for (Answer answer : flow.hop(hopLimit).answers()) {
                answers.computeIfAbsent(answer.from(), _ -> new ArrayList<>()).add(answer);
                names.computeIfAbsent(answer.from(), _ -> new LinkedHashSet<>()).add(flow.name());
            }
        }
        List<Responder> responders = new ArrayList<>();
        answers.forEach((address, given) -> responders.add(new Responder(address, names.getOrDefault(address, Set.of()),
                given.stream().mapToLong(Answer::roundTripNanos).min().orElse(0),
                given.stream().filter(FromRouter.class::isInstance).map(answer -> ((FromRouter) answer).labels())
                        .max(Comparator.comparingInt(List::size)).orElse(List.of()),
                given.stream().filter(Refusal.class::isInstance).map(Refusal.class::cast).findFirst())));
        return responders;
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("way to " + AddressText.of(sockets.target()) + " by " + mode
                + (mode.equals("icmp") ? ", identifiers " : ", port " + sockets.port() + ", flows from ports ")
                + String.join(" ", flows.stream().map(flow -> Integer.toString(flow.name())).toList()));
        for (int hopLimit = 1; hopLimit <= findings.observations().longest(); hopLimit++) {
            hopLines(hopLimit, lines);
        }
        int differing = findings.firstDifferingHop();
        if (differing > 0) {
            lines.add("flows part at hop " + differing + " (load balancer: " + findings.loadBalancer().word() + ")");
        }
        for (FlowObservation flow : flows) {
            fateLine(flow).ifPresent(lines::add);
        }
        lines.add(String.format(Locale.ROOT, "%s: %d of %d flows, %d packets, %.1f ms", findings.outcome(),
                flows.stream().filter(FlowObservation::isReached).count(), flows.size(),
                findings.observations().packets(), findings.observations().tookNanos() / NANOS_PER_MILLI));
        return lines;
    }

    private void hopLines(int hopLimit, List<String> lines) {
        List<Responder> responders = responders(hopLimit);
        HopNote note = findings.note(hopLimit);
        String noted = note == HopNote.NONE ? "" : "  " + note.word();
        if (responders.isEmpty()) {
            lines.add(String.format(Locale.ROOT, "%3d  *%s", hopLimit, noted));
        }
        for (int i = 0; i < responders.size(); i++) {
            Responder responder = responders.get(i);
            String which = responder.flows().size() == flows.size()
                    ? "all flows"
                    : String.join(" ", responder.flows().stream().map(String::valueOf).toList());
            String hop = i == 0 ? String.format(Locale.ROOT, "%3d", hopLimit) : "   ";
            lines.add(String.format(Locale.ROOT, "%s  %-24s %9.3f ms  %s%s%s%s%s", hop,
                    AddressText.of(responder.address()), responder.leastNanos() / NANOS_PER_MILLI, which,
                    systems.find(responder.address()).map(system -> "  AS" + system.number() + " " + system.name())
                            .orElse(""),
                    responder.labels().isEmpty() ? "" : "  mpls " + responder.labels(),
                    responder.refusal().map(refusal -> "  " + word(refusal)).orElse(""), i == 0 ? noted : ""));
        }
    }

    private Optional<String> fateLine(FlowObservation flow) {
        String name = "flow " + flow.name() + ": ";
        return switch (findings.fate(flow)) {
            case Reached _ -> Optional.empty();
            case MaybeRateLimited _ -> Optional
                    .of(name + "others arrived; what is silent behind hop " + flow.length() + " may limit its answers");
            case Loop _ -> Optional.of(name + "goes round in a loop");
            case Unreached unreached -> Optional.of(name + "no answer after hop " + unreached.lastAnswered());
            case Refused refused -> Optional.of(name + refused.word()
                    + (refused.hopLimit() == 0
                            ? " by this host"
                            : " at hop " + refused.hopLimit() + " by " + AddressText.of(refused.refusal().from())));
        };
    }
}
