package io.sentinelmesh.agent.plan;

import java.util.Arrays;
import java.util.stream.IntStream;

import io.sentinelmesh.agent.plan.Unmet.Why;

/**
 * What the agents of one site probe among agents: their neighbours inside, and for each other site the agent pairs that cover it. Nothing of
 * another site's share is needed to know it, which is why a plan costs an agent no more than its own site's.
 */
final class SiteShare {

    static final int NOBODY = -1;

    private final MeshMap map;
    private final PairKinds kinds;
    private final int site;
    private final int places;
    private final long budget;
    private final int[] members;
    private final int[][] neighbours;
    /** By other site and place. */
    private final int[] sources;
    private final int[] destinations;
    private final Why[] whyNot;
    /** By position in the site's list, in thousandths of a packet per second. */
    private final long[] load;

    SiteShare(MeshMap map, PairKinds kinds, MeshPolicy policy, Representatives representatives, int site) {
        this.map = map;
        this.kinds = kinds;
        this.site = site;
        places = policy.pairsBetweenSites();
        budget = milliPackets(policy);
        members = map.members(site);
        load = new long[members.length];
        neighbours = SiteNeighbours.of(map, site, policy.neighboursInSite());
        for (int i = 0; i < members.length; i++) {
            neighbours[i] = affordable(i, neighbours[i]);
        }
        sources = new int[map.siteCount() * places];
        destinations = new int[map.siteCount() * places];
        whyNot = new Why[map.siteCount()];
        Arrays.fill(sources, NOBODY);
        Arrays.fill(destinations, NOBODY);
        int[] here = new int[places];
        int[] there = new int[places];
        for (int other = 0; other < map.siteCount(); other++) {
            if (other != site && map.reachableMembers(other).length > 0) {
                propose(representatives, other, here, there);
            }
        }
        if (!proposedIsAffordable()) {
            spread();
        }
    }

    static long milliPackets(MeshPolicy policy) {
        return policy.packetsPerSecond() * 1_000L;
    }

    private int[] affordable(int position, int[] wanted) {
        int[] taken = new int[wanted.length];
        int count = 0;
        for (int destination : wanted) {
            PairKinds.Choice choice = kinds.of(members[position], destination);
            if (map.isReachable(destination) && choice.isPossible()
                    && load[position] + choice.milliPackets() <= budget) {
                load[position] += choice.milliPackets();
                taken[count++] = destination;
            }
        }
        return Arrays.copyOf(taken, count);
    }

    /** The agent pairs towards another site, whatever they cost. */
    private void propose(Representatives representatives, int other, int[] here, int[] there) {
        long sitePair = MeshHash.ofUnordered(map.siteKey(site), map.siteKey(other));
        int[] reachable = map.reachableMembers(other);
        representatives.choose(sitePair, members, here);
        representatives.choose(sitePair, reachable, there);
        int most = possible(other);
        // Both sites have fewer agents than there are places: every place another pair of them, counted alike from both sides.
        boolean few = members.length < places && reachable.length < places;
        boolean first = map.siteKey(site) < map.siteKey(other);
        int period = leastCommonMultiple(members.length, reachable.length);
        for (int place = 0; place < most; place++) {
            int turn = few ? place / period : 0;
            sources[other * places + place] = here[few ? (place + (first ? 0 : turn)) % members.length : place];
            destinations[other * places
                    + place] = there[few ? (place + (first ? turn : 0)) % reachable.length : place];
        }
    }

    /** How many agent pairs there are towards another site, if not more than are wanted. */
    private int possible(int other) {
        return Math.min(places, members.length * map.reachableMembers(other).length);
    }

    private static int leastCommonMultiple(int one, int other) {
        int a = one;
        int b = other;
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return one / a * other;
    }

    /** Adds up what the proposed pairs cost; leaves the load as it is if they are too dear. */
    private boolean proposedIsAffordable() {
        long[] sum = load.clone();
        for (int at = 0; at < sources.length; at++) {
            if (sources[at] != NOBODY) {
                PairKinds.Choice choice = kinds.of(sources[at], destinations[at]);
                int position = positionOf(sources[at]);
                sum[position] += choice.milliPackets();
                if (!choice.isPossible() || sum[position] > budget) {
                    return false;
                }
            }
        }
        System.arraycopy(sum, 0, load, 0, load.length);
        return true;
    }

    /**
     * Where somebody's budget is too small, others of the site take over: first one pair for every other site, then the second. Towards whom does
     * not change: that packets come in costs a destination nothing of its budget.
     */
    private void spread() {
        int[] order = IntStream.range(0, map.siteCount()).boxed()
                .sorted((one, other) -> Long.compare(MeshHash.of(map.siteKey(site), map.siteKey(one)),
                        MeshHash.of(map.siteKey(site), map.siteKey(other))))
                .mapToInt(Integer::intValue).toArray();
        boolean[] taken = new boolean[sources.length];
        for (int place = 0; place < places; place++) {
            for (int other : order) {
                int at = other * places + place;
                if (sources[at] == NOBODY) {
                    continue;
                }
                sources[at] = whoCan(other, place, taken);
                if (sources[at] == NOBODY) {
                    destinations[at] = NOBODY;
                } else {
                    taken[at] = true;
                    load[positionOf(sources[at])] += kinds.of(sources[at], destinations[at]).milliPackets();
                }
            }
        }
    }

    private int whoCan(int other, int place, boolean[] taken) {
        int at = other * places + place;
        int destination = destinations[at];
        long seed = MeshHash.of(MeshHash.of(map.siteKey(site), map.siteKey(other)), place);
        int best = NOBODY;
        long most = 0;
        Why why = Why.TOO_FEW_AGENTS;
        for (int candidate : members) {
            PairKinds.Choice choice = kinds.of(candidate, destination);
            if (!choice.isPossible()) {
                why = why == Why.BUDGET ? why : Why.NO_KIND;
                continue;
            }
            if (probes(candidate, destination, other, taken)) {
                continue;
            }
            if (load[positionOf(candidate)] + choice.milliPackets() > budget) {
                why = Why.BUDGET;
                continue;
            }
            if (candidate == sources[at]) {
                return candidate;
            }
            long weight = MeshHash.mix(map.key(candidate) ^ seed);
            if (best == NOBODY || weight > most) {
                best = candidate;
                most = weight;
            }
        }
        if (best == NOBODY) {
            whyNot[other] = why;
        }
        return best;
    }

    private boolean probes(int source, int destination, int other, boolean[] taken) {
        for (int at = other * places; at < (other + 1) * places; at++) {
            if (taken[at] && sources[at] == source && destinations[at] == destination) {
                return true;
            }
        }
        return false;
    }

    private int positionOf(int agent) {
        int position = Arrays.binarySearch(members, agent);
        if (position < 0) {
            throw new IllegalArgumentException("agent " + agent + " is not of site " + map.site(site));
        }
        return position;
    }

    int site() {
        return site;
    }

    /** Whom this agent of the site probes, in the order of agents. */
    int[] destinationsOf(int agent) {
        IntStream.Builder all = IntStream.builder();
        for (int neighbour : neighbours[positionOf(agent)]) {
            all.add(neighbour);
        }
        for (int at = 0; at < sources.length; at++) {
            if (sources[at] == agent) {
                all.add(destinations[at]);
            }
        }
        return all.build().sorted().toArray();
    }

    boolean isPlanned(int source, int destination) {
        int other = map.siteOf(destination);
        if (other == site) {
            return Arrays.stream(neighbours[positionOf(source)]).anyMatch(neighbour -> neighbour == destination);
        }
        for (int at = other * places; at < (other + 1) * places; at++) {
            if (sources[at] == source && destinations[at] == destination) {
                return true;
            }
        }
        return false;
    }

    /** Thousandths of a packet per second of this agent, endpoints left out. */
    long load(int agent) {
        return load[positionOf(agent)];
    }

    /** How many agent pairs cover another site. */
    int pairsTowards(int other) {
        int count = 0;
        for (int at = other * places; at < (other + 1) * places; at++) {
            count += sources[at] == NOBODY ? 0 : 1;
        }
        return count;
    }

    /** Why fewer agent pairs cover another site than the policy wants. */
    Why whyNotMoreTowards(int other) {
        Why known = whyNot[other];
        if (known != null) {
            return known;
        }
        return map.reachableMembers(other).length == 0 ? Why.UNREACHABLE : Why.TOO_FEW_AGENTS;
    }

    int pairsInside() {
        return Arrays.stream(neighbours).mapToInt(some -> some.length).sum();
    }
}
