package io.sentinelmesh.agent.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.sentinelmesh.agent.plan.Unmet.Why;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/**
 * Who probes whom, as every agent works it out for itself: a pure function of the agents, the policy and the slot of time. What is planned first
 * has the budget first: neighbours inside the site, then one agent pair for each other site, then the second, the mesh's endpoints, the agent's
 * own. Keeps the share of the site that was asked for last. Not thread-safe.
 */
public final class MeshPlan {

    /** The cell's index travels in 16 bits to the screen, and one engine is not meant for more. */
    public static final int MAX_DESTINATIONS = 10_000;

    private final MeshMap map;
    private final MeshPolicy policy;
    private final PairKinds kinds;
    private final EndpointShare endpoints;
    private final Representatives representatives;
    private final boolean fullMesh;
    private Optional<SiteShare> share = Optional.empty();

    /** @param slot from {@link #slotAt} */
    public MeshPlan(MeshMembers members, MeshPolicy policy, RoundPace pace, long slot) {
        this.policy = policy;
        map = new MeshMap(members);
        kinds = new PairKinds(map, policy, pace);
        endpoints = new EndpointShare(map, kinds, policy);
        representatives = new Representatives(map, policy, slot);
        fullMesh = map.size() <= policy.fullMeshUpTo() && isFullMeshAffordable();
    }

    /** The slot of time that this instant lies in. */
    public static long slotAt(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), MeshPolicy.SLOT.toSeconds());
    }

    /** When the slot after that of this instant begins. */
    public static Instant nextSlot(Instant time) {
        return Instant.ofEpochSecond((slotAt(time) + 1) * MeshPolicy.SLOT.toSeconds());
    }

    private boolean isFullMeshAffordable() {
        long budget = SiteShare.milliPackets(policy);
        return kinds.dearest() * (map.size() - 1) <= budget
                || IntStream.range(0, map.size()).allMatch(agent -> fullMeshLoad(agent) <= budget);
    }

    private long fullMeshLoad(int source) {
        long load = 0;
        for (int destination = 0; destination < map.size(); destination++) {
            load += isPossible(source, destination) ? kinds.of(source, destination).milliPackets() : 0;
        }
        return load;
    }

    private boolean isPossible(int source, int destination) {
        return source != destination && map.isReachable(destination)
                && kinds.of(source, destination).isPossible();
    }

    /** Whether every agent probes every other. */
    public boolean isFullMesh() {
        return fullMesh;
    }

    /**
     * @param own endpoints that this agent alone knows of, from its own file
     * @throws IllegalArgumentException if the plan is for a mesh without this agent
     */
    public AgentPlan of(NodeId self, Collection<MeshNode> own) {
        int agent = map.indexOf(self);
        if (agent < 0) {
            throw new IllegalArgumentException("agent " + self + " is not in the mesh that is planned for");
        }
        Basket basket = new Basket(agent);
        for (int destination : destinationsOf(agent)) {
            basket.add(map.agent(destination), kinds.of(agent, destination));
        }
        for (EndpointShare.Shared endpoint : endpoints.all()) {
            if (contains(endpoints.probersOf(endpoint), agent)) {
                basket.add(endpoint.node(), kinds.of(agent, endpoint.node()));
            }
        }
        own.stream().sorted(Comparator.comparing(MeshNode::id))
                .forEach(endpoint -> basket.add(endpoint, kinds.of(agent, endpoint)));
        return basket.plan();
    }

    private int[] destinationsOf(int agent) {
        return fullMesh
                ? IntStream.range(0, map.size()).filter(destination -> isPossible(agent, destination)).toArray()
                : share(map.siteOf(agent)).destinationsOf(agent);
    }

    /** What an agent is to probe, for as long as its budget lasts. */
    private final class Basket {

        private final int agent;
        private final long budget = SiteShare.milliPackets(policy);
        private final Map<NodeId, PlannedDestination> taken = new TreeMap<>();
        private final List<Unmet> unmet = new ArrayList<>();
        private long load;

        Basket(int agent) {
            this.agent = agent;
        }

        void add(MeshNode node, PairKinds.Choice choice) {
            if (taken.containsKey(node.id()) || node.id().equals(map.agent(agent).id())) {
                return;
            }
            if (!choice.isPossible()) {
                unmet.add(new Unmet(node.name(), Why.NO_KIND));
            } else if (load + choice.milliPackets() > budget) {
                unmet.add(new Unmet(node.name(), Why.BUDGET));
            } else if (taken.size() == MAX_DESTINATIONS) {
                unmet.add(new Unmet(node.name(), Why.TOO_MANY));
            } else {
                load += choice.milliPackets();
                taken.put(node.id(), new PlannedDestination(node, choice.kinds()));
            }
        }

        AgentPlan plan() {
            return new AgentPlan(List.copyOf(taken.values()), load / 1_000.0, unmet);
        }
    }

    /**
     * Whether this agent is to probe that agent or endpoint of the mesh; if not, the pair is not probed by design. Cheap when asked source by
     * source, or site by site.
     */
    public boolean isPlanned(NodeId source, NodeId destination) {
        int from = map.indexOf(source);
        int to = map.indexOf(destination);
        if (from < 0 || from == to) {
            return false;
        }
        if (to < 0) {
            return of(source, List.of()).destinations().stream()
                    .anyMatch(planned -> planned.node().id().equals(destination));
        }
        return fullMesh ? isPossible(from, to) : share(map.siteOf(from)).isPlanned(from, to);
    }

    private SiteShare share(int site) {
        SiteShare its = share.filter(known -> known.site() == site)
                .orElseGet(() -> new SiteShare(map, kinds, policy, representatives, site));
        share = Optional.of(its);
        return its;
    }

    private static boolean contains(int[] some, int wanted) {
        return IntStream.of(some).anyMatch(one -> one == wanted);
    }

    /** What the whole plan covers. Takes a look at every site: some 20 ms for 1,000 agents in 300 sites; holds one site's share at a time. */
    public MeshCoverage coverage() {
        CoverageCount count = new CoverageCount(map, policy);
        long[] load = new long[map.size()];
        for (int site = 0; site < map.siteCount(); site++) {
            if (fullMesh) {
                for (int agent : map.members(site)) {
                    load[agent] = fullMeshLoad(agent);
                    count.agent(destinationsOf(agent).length);
                }
                countFullMesh(count, site);
            } else {
                SiteShare its = share(site);
                for (int agent : map.members(site)) {
                    load[agent] = its.load(agent);
                    count.agent(its.destinationsOf(agent).length);
                }
                count.inside(its.pairsInside());
                for (int other = 0; other < map.siteCount(); other++) {
                    if (other != site) {
                        count.sitePair(site, other, its.pairsTowards(other), its.whyNotMoreTowards(other));
                    }
                }
            }
        }
        for (EndpointShare.Shared endpoint : endpoints.all()) {
            countEndpoint(count, endpoint, load);
        }
        return count.coverage(fullMesh, load);
    }

    private void countFullMesh(CoverageCount count, int site) {
        for (int other = 0; other < map.siteCount(); other++) {
            int pairs = 0;
            for (int source : map.members(site)) {
                for (int destination : map.members(other)) {
                    pairs += isPossible(source, destination) ? 1 : 0;
                }
            }
            if (other == site) {
                count.inside(pairs);
            } else {
                int reachable = map.reachableMembers(other).length;
                boolean allPossible = pairs == map.members(site).length * reachable;
                Why why = reachable == 0 ? Why.UNREACHABLE : allPossible ? Why.TOO_FEW_AGENTS : Why.NO_KIND;
                count.sitePair(site, other, pairs, why);
            }
        }
    }

    /** As each of its probers does for itself, endpoint by endpoint. */
    private void countEndpoint(CoverageCount count, EndpointShare.Shared endpoint, long[] load) {
        int[] probers = endpoints.probersOf(endpoint);
        int served = 0;
        Why why = probers.length == 0 ? Why.NO_AGENT_FITS : Why.TOO_FEW_AGENTS;
        for (int agent : probers) {
            PairKinds.Choice choice = kinds.of(agent, endpoint.node());
            if (!choice.isPossible()) {
                why = Why.NO_KIND;
            } else if (load[agent] + choice.milliPackets() > SiteShare.milliPackets(policy)) {
                why = Why.BUDGET;
            } else {
                load[agent] += choice.milliPackets();
                served++;
            }
        }
        count.endpoint(endpoint.rule(), served, why);
    }
}
