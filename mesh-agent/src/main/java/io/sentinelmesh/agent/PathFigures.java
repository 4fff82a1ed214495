package io.sentinelmesh.agent;

import io.sentinelmesh.agent.local.AgentMetrics;
import io.sentinelmesh.agent.path.TraceOutbox;

/** What came of tracing, among the agent's own figures. */
final class PathFigures {

    private PathFigures() {
    }

    static void register(AgentMetrics metrics, TraceOutbox outbox) {
        metrics.counter("sentinel_agent_traces_total", "Paths traced.", "", outbox::made);
        metrics.counter("sentinel_agent_traces_dropped_total",
                "Of these, those left out because no round was finished for so long.", "", outbox::dropped);
    }
}
