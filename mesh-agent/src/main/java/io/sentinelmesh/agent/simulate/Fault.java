package io.sentinelmesh.agent.simulate;

import java.util.List;

/**
 * One fault, with its sites or agents by number.
 *
 * @param lossRatio 0 to 1, of the packets that it hits
 * @param delayMicros that those which are not lost take longer
 * @param fromMicros since the simulation began
 * @param untilMicros since the simulation began, exclusive
 */
record Fault(FaultKind kind, List<Integer> targets, double lossRatio, int delayMicros, long fromMicros,
        long untilMicros) {

    Fault {
        targets = List.copyOf(targets);
    }

    boolean isActive(long micros) {
        return micros >= fromMicros && micros < untilMicros;
    }

    boolean isActiveWithin(long from, long until) {
        return from < untilMicros && until > fromMicros;
    }

    /** Whether the agent is gone while this lasts. */
    boolean takesDown(World world, int agent) {
        return switch (kind) {
            case SITE_DOWN -> names(world.siteOf(agent));
            case AGENT_DOWN -> names(agent);
            case SITE_EGRESS, SITE_INGRESS, SITE_UPLINK, PARTITION, PATH, ONE_DIRECTION, IMPAIRED -> false;
        };
    }

    /** Whether it hits packets from one agent to the other. */
    boolean hits(World world, int source, int destination) {
        int from = world.siteOf(source);
        int to = world.siteOf(destination);
        boolean abroad = from != to;
        return switch (kind) {
            case SITE_EGRESS -> abroad && names(from);
            case SITE_INGRESS -> abroad && names(to);
            case SITE_UPLINK -> abroad && (names(from) || names(to));
            case SITE_DOWN -> names(from) || names(to);
            case PARTITION -> names(from) != names(to);
            case PATH -> abroad && names(from) && names(to);
            case ONE_DIRECTION -> from == targets.get(0) && to == targets.get(1);
            case AGENT_DOWN -> names(source) || names(destination);
            case IMPAIRED -> names(source);
        };
    }

    private boolean names(int target) {
        return targets.contains(target);
    }
}
