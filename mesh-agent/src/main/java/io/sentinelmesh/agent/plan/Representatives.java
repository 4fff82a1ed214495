package io.sentinelmesh.agent.plan;

/**
 * Which agents of a site stand for it towards another site, by rendezvous hashing. There are as many places as the policy wants agent pairs; who
 * holds a place is the agent with the highest weight in a term of its own. The places' terms are staggered over the rotation, and differently
 * for each pair of sites, so that never more than one of a site pair's places changes at a time and the mesh changes a little at each slot. A
 * place avoids whoever holds an earlier place at any moment of its term: places are held by different agents throughout. For that a site needs
 * 2 x places - 1 agents; the places of a smaller one do not rotate. Not thread-safe: it has scratch room.
 */
final class Representatives {

    private final MeshMap map;
    private final int places;
    private final long termSlots;
    private final long slot;
    /** By place: who is avoided while its holder is sought. */
    private final int[][] avoided;

    Representatives(MeshMap map, MeshPolicy policy, long slot) {
        this.map = map;
        places = policy.pairsBetweenSites();
        termSlots = policy.rotationSlots();
        this.slot = slot;
        avoided = new int[places][2 * places];
    }

    /**
     * @param sitePair the pair's number, the same for both directions
     * @param candidates at least one
     * @param into who holds each place; a site with fewer agents than places has some of them hold several
     */
    void choose(long sitePair, int[] candidates, int[] into) {
        boolean rotates = termSlots > 0 && candidates.length >= 2 * places - 1;
        for (int place = 0; place < places; place++) {
            if (rotates) {
                into[place] = holder(sitePair, candidates, place, term(sitePair, place, slot));
            } else if (place < candidates.length) {
                into[place] = highest(candidates, MeshHash.of(sitePair, place), into, place);
            } else {
                into[place] = into[place % candidates.length];
            }
        }
    }

    private int holder(long sitePair, int[] candidates, int place, long term) {
        int[] avoid = avoided[place];
        int count = 0;
        long begin = term * termSlots - phase(sitePair, place);
        for (int earlier = 0; earlier < place; earlier++) {
            long first = term(sitePair, earlier, begin);
            long last = term(sitePair, earlier, begin + termSlots - 1);
            for (long its = first; its <= last; its++) {
                avoid[count++] = holder(sitePair, candidates, earlier, its);
            }
        }
        return highest(candidates, MeshHash.of(MeshHash.of(sitePair, place), term), avoid, count);
    }

    private long term(long sitePair, int place, long at) {
        return Math.floorDiv(at + phase(sitePair, place), termSlots);
    }

    private long phase(long sitePair, int place) {
        return Math.floorMod(sitePair, termSlots) + place * termSlots / places;
    }

    private int highest(int[] candidates, long seed, int[] avoid, int avoidCount) {
        int best = -1;
        long most = 0;
        for (int candidate : candidates) {
            long weight = MeshHash.mix(map.key(candidate) ^ seed);
            if ((best < 0 || weight > most) && !contains(avoid, avoidCount, candidate)) {
                best = candidate;
                most = weight;
            }
        }
        return best;
    }

    private static boolean contains(int[] some, int count, int wanted) {
        for (int i = 0; i < count; i++) {
            if (some[i] == wanted) {
                return true;
            }
        }
        return false;
    }
}
