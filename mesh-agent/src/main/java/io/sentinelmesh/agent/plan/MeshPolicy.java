package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/**
 * How the mesh is to be measured: the same on every agent, which is what lets each compute the whole plan without talking. A constructor refuses
 * nonsense in one line that names the document's key (docs/plan.md).
 *
 * @param fullMeshUpTo so many agents probe each other all, if every agent's budget allows it; 0 to 2,000
 * @param neighboursInSite how many agents of its own site an agent probes at most; 2 to 1,000, an odd number counts as one less
 * @param pairsBetweenSites by how many agent pairs each ordered pair of sites is covered; 1 to 4
 * @param rotation after which time an agent pair makes room for another of its sites; 0: never
 * @param packetsPerSecond what one agent may be planned to send, all kinds together; 1 to 50,000
 * @param labels what agents are labelled with
 * @param probes how pairs are measured: the first rule that fits decides; where none does, by echo and STAMP at the rounds' pace
 * @param endpoints shared out among the agents
 */
public record MeshPolicy(int fullMeshUpTo, int neighboursInSite, int pairsBetweenSites, Duration rotation,
        int packetsPerSecond, List<LabelRule> labels, List<ProbeRule> probes, List<EndpointRule> endpoints) {

    /** Time counts in such steps; at each, a part of the pairs that rotate changes. */
    public static final Duration SLOT = Duration.ofMinutes(10);

    private static final int MOST_FULL_MESH = 2_000;
    private static final int MOST_NEIGHBOURS = 1_000;
    /** Choosing grows threefold with each; whoever wants more wants the full mesh. */
    static final int MOST_PAIRS = 4;
    private static final Duration LONGEST_ROTATION = Duration.ofDays(365);
    /** What the engine sends at most, whatever the plan says. */
    private static final int MOST_PACKETS = 50_000;
    private static final int MOST_RULES = 100;
    private static final int MOST_ENDPOINTS = 5_000;

    /**
     * The budget holds as many endpoints as an agent's own file may name (5,000), each once a second, and a small full mesh beside them. A day
     * for each pair: long enough for a pair's history to be worth reading.
     */
    public static final MeshPolicy DEFAULT = new MeshPolicy(60, 16, 2, Duration.ofHours(24), 6_000, List.of(),
            List.of(), List.of());

    public MeshPolicy {
        PolicyText.requireBetween("full-mesh-up-to", fullMeshUpTo, 0, MOST_FULL_MESH);
        PolicyText.requireBetween("neighbours-in-site", neighboursInSite, 2, MOST_NEIGHBOURS);
        PolicyText.requireBetween("pairs-between-sites", pairsBetweenSites, 1, MOST_PAIRS);
        Duration shortest = SLOT.multipliedBy(pairsBetweenSites);
        if (!rotation.isZero() && (rotation.compareTo(shortest) < 0 || rotation.compareTo(LONGEST_ROTATION) > 0
                || rotation.toNanos() % SLOT.toNanos() != 0)) {
            throw new IllegalArgumentException("\"rotation\": expected 0 or whole multiples of %s from %s to %s, not %s"
                    .formatted(PolicyText.words(SLOT), PolicyText.words(shortest), PolicyText.words(LONGEST_ROTATION),
                            rotation));
        }
        PolicyText.requireBetween("packets-per-second", packetsPerSecond, 1, MOST_PACKETS);
        PolicyText.requireAtMost("labels", labels.size(), MOST_RULES);
        PolicyText.requireAtMost("probes", probes.size(), MOST_RULES);
        PolicyText.requireAtMost("endpoints", endpoints.size(), MOST_ENDPOINTS);
        labels = List.copyOf(labels);
        probes = List.copyOf(probes);
        endpoints = List.copyOf(endpoints);
        Set<NodeId> once = new HashSet<>();
        for (EndpointRule endpoint : endpoints) {
            if (!once.add(endpoint.node().id())) {
                throw new IllegalArgumentException("\"endpoints\": '" + endpoint.name() + "' at " + endpoint.address()
                        + " is there twice; leave one out");
            }
        }
    }

    /** How many slots an agent pair lasts; 0: for ever. */
    long rotationSlots() {
        return rotation.dividedBy(SLOT);
    }

    /**
     * Gives labels to the agents that it fits.
     *
     * @param match looks at name and site only
     */
    public record LabelRule(Selector match, Map<String, String> set) {

        public LabelRule {
            if (!match.labels().isEmpty()) {
                throw new IllegalArgumentException(
                        "\"labels\".\"match\": expected name and site only, for labels are what it gives");
            }
            if (set.isEmpty() || set.size() > Selector.MOST_LABELS) {
                throw new IllegalArgumentException("\"labels\".\"set\": expected 1 to " + Selector.MOST_LABELS
                        + " labels, not " + set.size());
            }
            set.forEach((key, value) -> {
                requireLabel(key);
                requireLabel(value);
            });
            set = Map.copyOf(set);
        }

        private static void requireLabel(String text) {
            if (text.isBlank() || text.length() > MeshNode.MAX_NAME_LENGTH) {
                throw new IllegalArgumentException("\"labels\".\"set\": expected 1 to " + MeshNode.MAX_NAME_LENGTH
                        + " characters, not '" + PolicyText.shown(text) + "'");
            }
        }
    }

    /** How the pairs from some sources to some destinations are measured. */
    public record ProbeRule(Selector from, Selector to, List<KindPace> kinds) {

        public ProbeRule {
            Set<PlannedKind> once = EnumSet.noneOf(PlannedKind.class);
            for (KindPace pace : kinds) {
                if (!once.add(pace.kind())) {
                    throw new IllegalArgumentException(
                            "\"probes\".\"kinds\": '" + pace.kind().label() + "' is there twice; leave one out");
                }
            }
            if (kinds.isEmpty()) {
                throw new IllegalArgumentException("\"probes\".\"kinds\": expected at least one of icmp, stamp, tcp");
            }
            kinds = List.copyOf(kinds);
        }
    }

    /**
     * @param every between two packets, for STAMP of one flow; empty: as the rounds go. 100 ms to 1 h, for STAMP from 1 s on
     */
    public record KindPace(PlannedKind kind, Optional<Duration> every) {

        private static final Duration SHORTEST = Duration.ofMillis(100);
        /** A packet of each of its flows goes out: sixteen a second. */
        private static final Duration SHORTEST_STAMP = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofHours(1);

        public KindPace {
            every.ifPresent(interval -> PolicyText.requireBetween("probes\".\"kinds\".\"" + kind.label(), interval,
                    kind == PlannedKind.STAMP ? SHORTEST_STAMP : SHORTEST, LONGEST));
        }
    }

    /**
     * A destination that runs no agent.
     *
     * @param address an IP literal or a host name
     * @param from which agents may be chosen to probe it
     * @param redundancy how many of them are, of different sites as far as there are; 1 to 16
     */
    public record EndpointRule(String name, String address, String site, Selector from, int redundancy) {

        public static final int DEFAULT_REDUNDANCY = 2;

        public EndpointRule {
            PolicyText.requireBetween("endpoints\".\"redundancy", redundancy, 1, 16);
            try {
                node(name, address, site);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("\"endpoints\": " + e.getMessage(), e);
            }
        }

        public MeshNode node() {
            return node(name, address, site);
        }

        private static MeshNode node(String name, String address, String site) {
            return new MeshNode(NodeId.ofEndpoint(name, address), MeshNode.Role.ENDPOINT, name, site, address);
        }
    }
}
