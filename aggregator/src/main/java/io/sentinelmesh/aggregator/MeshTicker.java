package io.sentinelmesh.aggregator;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

import io.sentinelmesh.aggregator.link.AgentLinks;
import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.live.MeshTick;
import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.stream.StreamHub;

/** The beat of the mesh thread: what changed since the last one goes to browsers and agents. */
final class MeshTicker {

    static final Duration TICK = Duration.ofMillis(250);
    private static final int TICKS_PER_SECOND = 4;
    /** Twice within the longest silence of an agent that has nothing to say: 1,000 pings cost some 4 % of a core. */
    private static final int TICKS_PER_PING = 6;

    private final LiveMesh mesh;
    private final StreamHub stream;
    private final AgentLinks links;
    private final Counter ticks;
    private long number;
    private volatile Map<CellState, Integer> cells = Map.of();
    private volatile long cellsLeftOut;
    private volatile int agentsImpaired;
    private volatile int hostMetrics;
    private volatile long hostMetricsLeftOut;

    MeshTicker(LiveMesh mesh, StreamHub stream, AgentLinks links, MetricRegistry registry) {
        this.mesh = mesh;
        this.stream = stream;
        this.links = links;
        this.ticks = registry.counter("sentinel_ticks_total", "", "Beats of the mesh thread, four a second.");
        for (CellState state : CellState.values()) {
            registry.gauge("sentinel_cells", "state=\"" + state.name().toLowerCase(Locale.ROOT) + "\"",
                    "Measured directed pairs by state.", () -> cells.getOrDefault(state, 0));
        }
        registry.countedElsewhere("sentinel_live_cells_left_out_total", "",
                "Cells of live rows whose destination nobody introduced, or which were the source itself.",
                () -> cellsLeftOut);
        registry.gauge("sentinel_agents_impaired", "",
                "Connected agents that say themselves that their rows are not about the network.",
                () -> agentsImpaired);
        registry.gauge("sentinel_host_metrics", "", "Figures of agents' hosts that are kept, the newest of each.",
                () -> hostMetrics);
        registry.countedElsewhere("sentinel_host_metrics_left_out_total", "",
                "Figures of agents' hosts for which there was no room.", () -> hostMetricsLeftOut);
    }

    /** On the mesh thread. */
    void tick() {
        ticks.increment();
        MeshTick changes = mesh.tick();
        stream.publish(changes);
        links.giveCredit();
        links.tellPeersIfChanged();
        number++;
        if (number % TICKS_PER_PING == 0) {
            links.pingAll();
        }
        if (number % TICKS_PER_SECOND == 0) {
            links.endSilent();
            cells = mesh.matrix().countByState();
            cellsLeftOut = mesh.cellsLeftOut();
            agentsImpaired = mesh.impairedAgents();
            hostMetrics = mesh.selfReports().metrics();
            hostMetricsLeftOut = mesh.selfReports().leftOut();
        }
    }
}
