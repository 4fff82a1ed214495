package io.sentinelmesh.agent.simulate;

import java.time.Duration;
import java.util.Locale;

/**
 * Where everybody stands. Sites are points on a map, by the seed; the way between two takes 2 to 80 ms there and back, in proportion to their distance.
 * Immutable.
 *
 * @param sites numbered from 0 here, from 1 in names: {@code s001}
 * @param agentsPerSite named {@code s001-1}
 * @param roundLength of every agent
 * @param packets that each sends to each other one in a round
 */
record World(int sites, int agentsPerSite, long seed, Duration roundLength, int packets) {

    static final int MOST_AGENTS = 4_000;

    /** Between the nearest and the farthest corners of the map. */
    static final int SHORTEST_MICROS = 2_000;
    static final int LONGEST_MICROS = 80_000;
    /** Within a site. */
    static final int LOCAL_MICROS = 300;

    private static final double DIAGONAL = Math.sqrt(2);

    World {
        if (sites < 1 || agentsPerSite < 1 || (long) sites * agentsPerSite > MOST_AGENTS) {
            throw new IllegalArgumentException("1 to " + MOST_AGENTS + " agents in all can be simulated, not " + sites
                    + " sites of " + agentsPerSite);
        }
    }

    int agents() {
        return sites * agentsPerSite;
    }

    int siteOf(int agent) {
        return agent / agentsPerSite;
    }

    String siteName(int site) {
        return String.format(Locale.ROOT, "s%03d", site + 1);
    }

    String agentName(int agent) {
        return siteName(siteOf(agent)) + "-" + (agent % agentsPerSite + 1);
    }

    /** On loopback, so that real agents of the same mesh, which probe whom they hear of, send nothing out of their host. */
    String address(int agent) {
        return "127.64." + agent / 250 + "." + (1 + agent % 250);
    }

    /** 0 to 1. */
    double east(int site) {
        return Draw.unit(Draw.key(seed, 'x', site));
    }

    private double north(int site) {
        return Draw.unit(Draw.key(seed, 'y', site));
    }

    /** There and back, without variation; the same in both directions. */
    int baseMicros(int site, int other) {
        if (site == other) {
            return LOCAL_MICROS;
        }
        double distance = Math.hypot(east(site) - east(other), north(site) - north(other)) / DIAGONAL;
        return SHORTEST_MICROS + (int) (distance * (LONGEST_MICROS - SHORTEST_MICROS));
    }

    long roundMicros() {
        return roundLength.toNanos() / 1_000;
    }
}
