package io.sentinelmesh.agent.plan;

import java.util.Arrays;

/**
 * Whom the agents of one site probe inside of it: all others while the site is small, else their two neighbours on each of several rings. A ring
 * has the site's agents in the order of a hash of its own, so the graph is connected, the same in both directions, of bounded degree, and an agent
 * that comes or goes changes two links of each ring.
 */
final class SiteNeighbours {

    private SiteNeighbours() {
    }

    /**
     * @return by position in the site's list, whom that agent probes, the most important first
     */
    static int[][] of(MeshMap map, int site, int most) {
        int[] members = map.members(site);
        return members.length <= most + 1 ? all(members) : rings(map, site, most / 2);
    }

    /** From the next one on, round the list: if a budget cuts it short, no agent of the site is left out by all. */
    private static int[][] all(int[] members) {
        int[][] neighbours = new int[members.length][members.length - 1];
        for (int i = 0; i < members.length; i++) {
            for (int step = 1; step < members.length; step++) {
                neighbours[i][step - 1] = members[(i + step) % members.length];
            }
        }
        return neighbours;
    }

    private static int[][] rings(MeshMap map, int site, int rings) {
        int[] members = map.members(site);
        int[][] neighbours = new int[members.length][2 * rings];
        int[] counts = new int[members.length];
        long[] order = new long[members.length];
        for (int ring = 0; ring < rings; ring++) {
            long seed = MeshHash.of(map.siteKey(site), ring);
            for (int i = 0; i < members.length; i++) {
                // The position in the low bits: sorted without objects, and ties fall the same way everywhere.
                order[i] = (MeshHash.mix(map.key(members[i]) ^ seed) & -(1L << POSITION_BITS)) | i;
            }
            Arrays.sort(order);
            for (int at = 0; at < order.length; at++) {
                int one = position(order[at]);
                int next = position(order[(at + 1) % order.length]);
                link(neighbours, counts, one, members[next]);
                link(neighbours, counts, next, members[one]);
            }
        }
        for (int i = 0; i < members.length; i++) {
            neighbours[i] = Arrays.copyOf(neighbours[i], counts[i]);
        }
        return neighbours;
    }

    /** A site has fewer agents than 2^20; the other 44 bits of a hash are enough to order them. */
    private static final int POSITION_BITS = 20;

    private static int position(long ordered) {
        return (int) (ordered & ((1L << POSITION_BITS) - 1));
    }

    private static void link(int[][] neighbours, int[] counts, int from, int to) {
        for (int i = 0; i < counts[from]; i++) {
            if (neighbours[from][i] == to) {
                return;
            }
        }
        neighbours[from][counts[from]++] = to;
    }
}
