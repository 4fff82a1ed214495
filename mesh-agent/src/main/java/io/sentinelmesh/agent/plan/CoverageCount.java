package io.sentinelmesh.agent.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.sentinelmesh.agent.plan.MeshPolicy.EndpointRule;
import io.sentinelmesh.agent.plan.Unmet.Why;

/** Adds up what a plan covers. */
final class CoverageCount {

    private final MeshMap map;
    private final int wanted;
    private final int[] degrees;
    private final List<Unmet> unmet = new ArrayList<>();
    private int agents;
    private int sitePairs;
    private int covered;
    private int asFarAsTheyGo;
    private int tooFew;
    private int uncovered;
    private long agentPairs;
    private long inside;
    private int endpoints;
    private int served;

    CoverageCount(MeshMap map, MeshPolicy policy) {
        this.map = map;
        wanted = policy.pairsBetweenSites();
        degrees = new int[map.size()];
    }

    void agent(int destinations) {
        degrees[agents++] = destinations;
    }

    void inside(int pairs) {
        inside += pairs;
    }

    void sitePair(int from, int to, int pairs, Why why) {
        sitePairs++;
        agentPairs += pairs;
        if (pairs >= wanted) {
            covered++;
        } else if (pairs > 0 && why == Why.TOO_FEW_AGENTS) {
            asFarAsTheyGo++;
        } else {
            uncovered += pairs == 0 ? 1 : 0;
            tooFew += pairs == 0 ? 0 : 1;
            cannot(map.site(from) + " -> " + map.site(to), why);
        }
    }

    void endpoint(EndpointRule endpoint, int probers, Why why) {
        endpoints++;
        if (probers == endpoint.redundancy()) {
            served++;
        } else {
            cannot(endpoint.name(), why);
        }
    }

    private void cannot(String what, Why why) {
        if (unmet.size() < MeshCoverage.MOST_UNMET) {
            unmet.add(new Unmet(what, why));
        }
    }

    MeshCoverage coverage(boolean fullMesh, long[] milliPackets) {
        Arrays.sort(degrees);
        MeshCoverage.Spread spread = degrees.length == 0
                ? new MeshCoverage.Spread(0, 0, 0)
                : new MeshCoverage.Spread(degrees[0], degrees[degrees.length / 2], degrees[degrees.length - 1]);
        double most = Arrays.stream(milliPackets).max().orElse(0) / 1_000.0;
        return new MeshCoverage(fullMesh, map.size(), map.siteCount(), sitePairs, covered, asFarAsTheyGo, tooFew,
                uncovered, agentPairs, inside, endpoints, served, spread, most, unmet);
    }
}
