package io.sentinelmesh.aggregator.link;

import java.time.Duration;

/**
 * When the list of peers may be told to all again. It costs agents times peers: with a thousand of each more than 20 MB, every quarter of a second while they all
 * come back after a restart. Few agents hear of news at once. Called by the mesh thread.
 */
final class PeersPace {

    /** A thousand agents: every two seconds. */
    static final Duration FOR_EACH_AGENT = Duration.ofMillis(2);

    /** So few cost nothing worth a wait. */
    static final int FEW_AGENTS = 50;

    private long notBeforeNanos;

    PeersPace(long nowNanos) {
        notBeforeNanos = nowNanos;
    }

    boolean mayTell(long nowNanos) {
        return nowNanos - notBeforeNanos >= 0;
    }

    /** @param agents that were told */
    void told(int agents, long nowNanos) {
        notBeforeNanos = nowNanos + (agents <= FEW_AGENTS ? 0 : FOR_EACH_AGENT.toNanos() * agents);
    }
}
