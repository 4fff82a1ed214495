package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.probe.route.Answer.Refusal;
import io.sentinelmesh.probe.route.FlowFate.Loop;
import io.sentinelmesh.probe.route.FlowFate.MaybeRateLimited;
import io.sentinelmesh.probe.route.FlowFate.Reached;
import io.sentinelmesh.probe.route.FlowFate.Refused;
import io.sentinelmesh.probe.route.FlowFate.Unreached;

/** What the observations of a trace mean. Pure. */
final class RouteFindings {

    /** Who chooses between several next hops, and by what. */
    enum LoadBalancer {
        NONE("none"), PER_FLOW("per-flow"), PER_PACKET("per-packet"),
        /** Flows part, but no router answered often enough to tell. */
        UNKNOWN("unknown");

        private final String word;

        LoadBalancer(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Why a hop's answers are not complete. */
    enum HopNote {
        NONE(""),
        /** It answered some packets and not others, and the others went past it or as far as it. */
        MAYBE_RATE_LIMITED("maybe-rate-limited"),
        /** It never answered, however often it was asked, and packets went past it. */
        SILENT("silent");

        private final String word;

        HopNote(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    private final Observations observations;

    RouteFindings(Observations observations) {
        this.observations = observations;
    }

    Observations observations() {
        return observations;
    }

    FlowFate fate(FlowObservation flow) {
        if (flow.refusedHere().isPresent()) {
            return Refused.here(flow.refusedHere().orElseThrow());
        }
        if (flow.isReached()) {
            return new Reached();
        }
        if (flow.refusal().isPresent()) {
            return refused(flow, flow.refusal().orElseThrow());
        }
        if (flow.path().isLoop()) {
            return new Loop();
        }
        return flow.length() > 0 && anyReached() && mayBeLimits(flow)
                ? new MaybeRateLimited()
                : new Unreached(flow.length());
    }

    /** A router answers for the hop limit that ends at it; a packet with one more passes that check, and then meets its firewall or routes. */
    private static Refused refused(FlowObservation flow, Refusal refusal) {
        int hopLimit = flow.length();
        boolean before = hopLimit > 1 && flow.hop(hopLimit - 1).addresses().contains(refusal.from());
        return new Refused(before ? hopLimit - 1 : hopLimit, refusal);
    }

    /**
     * Whether silence beyond a flow's last answer may come from routers or a destination that limit their answers, while other flows arrived. They
     * answer one now and then, so as long as asking again brings answers from there, it may; a round that brings none is no limit. Without
     * such a round, a flow that came as near as the others is believed.
     */
    private boolean mayBeLimits(FlowObservation flow) {
        return observations.askedAgain()
                ? observations.answeredLast().stream().anyMatch(hopLimit -> hopLimit > flow.length())
                : flow.length() >= lastRouter();
    }

    private boolean anyReached() {
        return observations.flows().stream().anyMatch(FlowObservation::isReached);
    }

    /** The farthest hop limit below the destination at which a flow that reached it was answered. */
    private int lastRouter() {
        return observations.flows().stream().filter(FlowObservation::isReached)
                .mapToInt(flow -> IntStream.range(1, flow.length()).filter(hop -> flow.hop(hop).isAnswered()).max()
                        .orElse(0))
                .max().orElse(0);
    }

    /** Whether packets of at least one flow arrived. */
    boolean isReached() {
        return anyReached();
    }

    /** One word for the whole trace. */
    String outcome() {
        List<FlowFate> fates = observations.flows().stream().map(this::fate).toList();
        boolean allWell = fates.stream().allMatch(fate -> switch (fate) {
            case Reached _,MaybeRateLimited _ -> true;
            case Unreached _,Loop _,Refused _ -> false;
        });
        if (anyReached()) {
            return allWell ? "reached" : "partly-reached";
        }
        return fates.stream().filter(Refused.class::isInstance).findFirst()
                .or(() -> fates.stream().filter(Loop.class::isInstance).findFirst()).map(FlowFate::word)
                .orElse("unreached");
    }

    LoadBalancer loadBalancer() {
        if (observations.flows().stream().anyMatch(FlowObservation::isPerPacket)) {
            return LoadBalancer.PER_PACKET;
        }
        int hopLimit = firstParting(observations.flows());
        if (hopLimit == 0) {
            return LoadBalancer.NONE;
        }
        boolean asked = observations.flows().stream().anyMatch(flow -> flow.isConstantAt(hopLimit));
        return asked ? LoadBalancer.PER_FLOW : LoadBalancer.UNKNOWN;
    }

    /** The lowest hop limit at which two of these flows name different addresses; 0 if there is none. */
    private int firstParting(List<FlowObservation> flows) {
        for (int hopLimit = 1; hopLimit <= observations.longest(); hopLimit++) {
            Set<InetAddress> addresses = new HashSet<>();
            for (FlowObservation flow : flows) {
                addresses.addAll(flow.hop(hopLimit).addresses());
            }
            if (addresses.size() > 1) {
                return hopLimit;
            }
        }
        return 0;
    }

    /**
     * Where flows part. If some did not reach the destination and others did, it is the first hop limit at which no way of the ones is a way of the
     * others: what they have in common carries packets, so the fault is there or behind. Else the first at which any two part. 0 if nowhere.
     */
    int firstDifferingHop() {
        List<FlowObservation> well = new ArrayList<>();
        List<FlowObservation> ill = new ArrayList<>();
        for (FlowObservation flow : observations.flows()) {
            switch (fate(flow)) {
                case Reached _,MaybeRateLimited _ -> well.add(flow);
                case Unreached _,Loop _,Refused _ -> ill.add(flow);
            }
        }
        return well.isEmpty() || ill.isEmpty()
                ? firstParting(observations.flows())
                : firstApart(well, ill);
    }

    private int firstApart(List<FlowObservation> well, List<FlowObservation> ill) {
        for (int hopLimit = 1; hopLimit <= observations.longest(); hopLimit++) {
            Set<InetAddress> good = addresses(well, hopLimit);
            Set<InetAddress> bad = addresses(ill, hopLimit);
            boolean told = !good.isEmpty() && (!bad.isEmpty() || !anyBeyond(ill, hopLimit));
            bad.retainAll(good);
            if (told && bad.isEmpty()) {
                return hopLimit;
            }
        }
        return 0;
    }

    private static boolean anyBeyond(List<FlowObservation> flows, int hopLimit) {
        return flows.stream().anyMatch(flow -> flow.length() > hopLimit);
    }

    private static Set<InetAddress> addresses(List<FlowObservation> flows, int hopLimit) {
        Set<InetAddress> addresses = new HashSet<>();
        flows.forEach(flow -> addresses.addAll(flow.hop(hopLimit).addresses()));
        return addresses;
    }

    HopNote note(int hopLimit) {
        boolean answered = false;
        boolean missed = false;
        boolean passed = false;
        for (FlowObservation flow : observations.flows()) {
            HopObservation hop = flow.hop(hopLimit);
            answered |= hop.isAnswered();
            boolean goneOn = flow.length() > hopLimit;
            passed |= goneOn;
            // An answer that only the end of the way withholds: the destination may limit its errors as routers do.
            boolean atTheEnd = fate(flow) instanceof MaybeRateLimited && flow.length() < hopLimit;
            boolean counts = goneOn || (flow.isReached() && flow.length() == hopLimit);
            missed |= atTheEnd || (counts && hop.answers().size() < hop.sent());
        }
        if (answered) {
            return missed ? HopNote.MAYBE_RATE_LIMITED : HopNote.NONE;
        }
        return passed ? HopNote.SILENT : HopNote.NONE;
    }

    /**
     * Each flow's path hash. Paths that agree are one path, and have the hash of all that is known of it, so that a hop that answered only one of two
     * flows does not make two paths.
     */
    Map<Integer, String> pathHashes() {
        List<FlowObservation> byKnowledge = observations.flows().stream()
                .sorted(Comparator.comparingInt((FlowObservation flow) -> flow.isReached() ? 0 : 1)
                        .thenComparingInt(flow -> -flow.path().known()))
                .toList();
        List<Path> paths = new ArrayList<>();
        int[] pathOf = new int[byKnowledge.size()];
        for (int i = 0; i < pathOf.length; i++) {
            Path path = byKnowledge.get(i).path();
            Optional<Path> same = paths.stream().filter(path::agreesWith).findFirst();
            pathOf[i] = same.map(paths::indexOf).orElse(paths.size());
            if (same.isPresent()) {
                paths.set(pathOf[i], same.orElseThrow().mergedWith(path));
            } else {
                paths.add(path);
            }
        }
        Map<Integer, String> hashes = new LinkedHashMap<>();
        for (FlowObservation flow : observations.flows()) {
            int at = byKnowledge.indexOf(flow);
            hashes.put(flow.name(), paths.get(pathOf[at]).hash());
        }
        return hashes;
    }
}
