package io.sentinelmesh.agent.plan;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.sentinelmesh.agent.plan.MeshPolicy.EndpointRule;
import io.sentinelmesh.measurement.MeshNode;

/** Which agents probe the mesh's endpoints: of those that fit, the ones with the highest weights, each of another site as far as there are. */
final class EndpointShare {

    private final MeshMap map;
    private final PairKinds kinds;
    private final List<Shared> endpoints;
    private final Map<Selector, int[]> fitting = new HashMap<>();

    EndpointShare(MeshMap map, PairKinds kinds, MeshPolicy policy) {
        this.map = map;
        this.kinds = kinds;
        endpoints = policy.endpoints().stream().map(rule -> new Shared(rule, rule.node())).toList();
    }

    /** @param node made once, for its id is a hash of its name and address */
    record Shared(EndpointRule rule, MeshNode node) {
    }

    /** In the policy's order. */
    List<Shared> all() {
        return endpoints;
    }

    private int[] fitting(Selector selector) {
        return fitting.computeIfAbsent(selector,
                _ -> IntStream.range(0, map.size())
                        .filter(agent -> selector.fits(map.agent(agent).name(), map.agent(agent).site(),
                                kinds.labelsOf(map.agent(agent))))
                        .toArray());
    }

    /** Fewer than the endpoint's redundancy only if not more agents fit. */
    int[] probersOf(Shared endpoint) {
        int[] candidates = fitting(endpoint.rule().from());
        long seed = MeshHash.of(endpoint.node().id().value());
        int[] chosen = new int[Math.min(endpoint.rule().redundancy(), candidates.length)];
        for (int count = 0; count < chosen.length; count++) {
            int best = highest(candidates, seed, chosen, count, true);
            chosen[count] = best >= 0 ? best : highest(candidates, seed, chosen, count, false);
        }
        return chosen;
    }

    private int highest(int[] candidates, long seed, int[] chosen, int count, boolean otherSitesOnly) {
        int best = -1;
        long most = 0;
        for (int candidate : candidates) {
            long weight = MeshHash.mix(map.key(candidate) ^ seed);
            if ((best < 0 || weight > most) && isFree(candidate, chosen, count, otherSitesOnly)) {
                best = candidate;
                most = weight;
            }
        }
        return best;
    }

    private boolean isFree(int candidate, int[] chosen, int count, boolean otherSitesOnly) {
        return Arrays.stream(chosen, 0, count).noneMatch(
                taken -> taken == candidate || (otherSitesOnly && map.siteOf(taken) == map.siteOf(candidate)));
    }
}
