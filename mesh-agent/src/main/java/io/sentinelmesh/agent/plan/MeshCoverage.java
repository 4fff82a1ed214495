package io.sentinelmesh.agent.plan;

import java.util.List;

/**
 * What the plan of the whole mesh covers. A pair of sites is ordered: there and back are two.
 *
 * @param sitePairsCovered by as many agent pairs as the policy wants, or more
 * @param sitePairsAsFarAsTheyGo by all agent pairs there are, which are fewer: small sites
 * @param sitePairsShort by fewer than there could be, but by one at least
 * @param sitePairsUncovered by none
 * @param agentPairs ordered, between sites
 * @param pairsInSites ordered
 * @param endpoints of the mesh, those of single agents' files left out
 * @param endpointsServed by as many agents as the policy wants
 * @param destinations how many agents one agent probes
 * @param packetsPerSecondMost of any agent
 * @param unmet the first {@value #MOST_UNMET} of what the plan cannot give, small sites left out
 */
public record MeshCoverage(boolean fullMesh, int agents, int sites, int sitePairs, int sitePairsCovered,
        int sitePairsAsFarAsTheyGo, int sitePairsShort, int sitePairsUncovered, long agentPairs, long pairsInSites,
        int endpoints, int endpointsServed, Spread destinations, double packetsPerSecondMost, List<Unmet> unmet) {

    public static final int MOST_UNMET = 20;

    public record Spread(int least, int median, int most) {
    }

    public MeshCoverage {
        unmet = List.copyOf(unmet);
    }

    /** In one line; the same as long as the members and the policy are. */
    public String words() {
        StringBuilder text = new StringBuilder();
        text.append(agents).append(" agents in ").append(sites).append(" sites, ")
                .append(fullMesh ? "full mesh" : "sampled").append("; of ").append(sitePairs)
                .append(" ordered site pairs ").append(sitePairsCovered).append(" as wanted");
        append(text, sitePairsAsFarAsTheyGo, "as far as their few agents go");
        append(text, sitePairsShort, "by fewer agent pairs than wanted");
        append(text, sitePairsUncovered, "not at all");
        if (endpoints > 0) {
            text.append("; ").append(endpointsServed).append(" of ").append(endpoints).append(" endpoints as wanted");
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(' ').append(what);
        }
    }
}
