package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** Made-up meshes, the same in each run, and their plans as pairs. */
final class Meshes {

    static final RoundPace PACE = new RoundPace(Duration.ofSeconds(1), Duration.ofSeconds(10), 16);
    static final long SLOT = 2_970_000;

    private Meshes() {
    }

    record Pair(MeshNode source, MeshNode destination) {
    }

    /** Agents in sites of these sizes. */
    static List<MeshNode> ofSites(int... sizes) {
        List<MeshNode> agents = new ArrayList<>();
        for (int site = 0; site < sizes.length; site++) {
            for (int i = 0; i < sizes[site]; i++) {
                agents.add(agent("site-" + site, i));
            }
        }
        return agents;
    }

    static MeshNode agent(String site, int number) {
        String name = site + "-" + number;
        return new MeshNode(new NodeId(UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                MeshNode.Role.AGENT, name, site, "192.0.2.1", 18_620);
    }

    /** As many sites are: a few with many agents, most with one or two. */
    static int[] manySites(int sites, int agents) {
        int[] sizes = new int[sites];
        double weight = 0;
        for (int i = 0; i < sites; i++) {
            sizes[i] = 1;
            weight += 1.0 / (i + 1);
        }
        int left = agents - sites;
        for (int i = 0; i < sites; i++) {
            int more = Math.min(left, (int) Math.round((agents - sites) / weight / (i + 1)));
            sizes[i] += more;
            left -= more;
        }
        sizes[0] += left;
        return sizes;
    }

    static MeshPlan plan(List<MeshNode> agents, MeshPolicy policy) {
        return new MeshPlan(new MeshMembers(agents), policy, PACE, SLOT);
    }

    static AgentPlan plan(List<MeshNode> agents, MeshPolicy policy, MeshNode self) {
        return plan(agents, policy).of(self.id(), List.of());
    }

    static Set<Pair> pairs(List<MeshNode> agents, MeshPolicy policy) {
        return pairs(agents, plan(agents, policy));
    }

    static Set<Pair> pairs(List<MeshNode> agents, MeshPlan plan) {
        Set<Pair> pairs = new HashSet<>();
        for (MeshNode source : agents) {
            plan.of(source.id(), List.of()).nodes().forEach(destination -> pairs.add(new Pair(source, destination)));
        }
        return pairs;
    }

    /** Never a full mesh, and without rotation. */
    static MeshPolicy sampled(int neighbours, int pairsBetweenSites, int packetsPerSecond) {
        return new MeshPolicy(0, neighbours, pairsBetweenSites, Duration.ZERO, packetsPerSecond, List.of(), List.of(),
                List.of());
    }

    static MeshPolicy rotating(int pairsBetweenSites, Duration rotation) {
        return new MeshPolicy(0, 16, pairsBetweenSites, rotation, 50_000, List.of(), List.of(), List.of());
    }
}
