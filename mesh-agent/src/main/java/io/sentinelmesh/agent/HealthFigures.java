package io.sentinelmesh.agent;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.sentinelmesh.agent.health.HealthWatch;
import io.sentinelmesh.agent.health.MetricOutbox;
import io.sentinelmesh.agent.local.AgentMetrics;
import io.sentinelmesh.agent.spool.DropReason;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.Impairment;

/** The agent's health among its own figures. */
final class HealthFigures {

    private static final double MICROS_PER_SECOND = 1e6;

    private final AgentMetrics metrics;
    private final HealthWatch health;

    private HealthFigures(AgentMetrics metrics, HealthWatch health) {
        this.metrics = metrics;
        this.health = health;
    }

    static void register(AgentMetrics metrics, HealthWatch health, Spool spool, MetricOutbox hostFigures) {
        new HealthFigures(metrics, health).register(spool, hostFigures);
    }

    private void register(Spool spool, MetricOutbox hostFigures) {
        metrics.gauge("sentinel_agent_impaired", "1 while this agent's rows say nothing about the network.", "",
                () -> health.verdict().impaired() ? 1 : 0);
        for (Impairment impairment : Impairment.values()) {
            metrics.gauge("sentinel_agent_impairment", "1 for each reason why this agent is impaired.", "",
                    Map.of("reason", impairment.label()),
                    () -> health.verdict().impairments().contains(impairment) ? 1 : 0);
        }
        gauge("sentinel_agent_timer_lateness_p99_seconds",
                "How late the measuring thread was called in the last 10 s, in 99 of 100 cases at most.", "seconds",
                now -> now.prober().timerLatenessP99Micros() / MICROS_PER_SECOND);
        gauge("sentinel_agent_timer_lateness_max_seconds", "The same at the latest.", "seconds",
                now -> now.prober().timerLatenessMaxMicros() / MICROS_PER_SECOND);
        gauge("sentinel_agent_packets_due", "Test packets due in the last 10 s.", "", now -> now.prober().packetsDue());
        gauge("sentinel_agent_send_errors", "Of these, those that could not be sent.", "",
                now -> now.prober().sendErrors());
        gauge("sentinel_agent_packets_disturbed", "Of these, those that a pause or a set clock made doubtful.", "",
                now -> now.prober().disturbed());
        gauge("sentinel_agent_socket_drops", "Answers the kernel threw away unread in the last 10 s.", "",
                now -> now.prober().socketDrops());
        gauge("sentinel_agent_cpu_steal_ratio", "Processor time the hypervisor gave to others in the last 10 s.",
                "ratio", now -> now.process().cpuStealRatio());
        gauge("sentinel_agent_gc_pause_seconds", "The longest that garbage collections took in one of the last 10 s.",
                "seconds", now -> now.process().gcPauseMaxMicros() / MICROS_PER_SECOND);
        gauge("sentinel_agent_open_files", "Open files and sockets.", "", now -> now.process().openFiles());
        gauge("sentinel_agent_open_files_limit", "How many there may be.", "", now -> now.process().openFilesLimit());
        gauge("sentinel_agent_heap_used_bytes", "Heap in use.", "bytes", now -> now.process().heapUsedBytes());
        gauge("sentinel_agent_heap_max_bytes", "The largest heap allowed.", "bytes",
                now -> now.process().heapMaxBytes());
        clock("sentinel_agent_clock_offset_seconds",
                "This host's clock less the aggregator's, from pings over the link.",
                ClockOffset::offsetMicros);
        clock("sentinel_agent_clock_offset_bound_seconds", "The clock offset is no further off than this.",
                ClockOffset::boundMicros);
        metrics.counter("sentinel_agent_results_made_total", "Results handed to the spool since its folder was made.",
                "", () -> spool.balance().made().results());
        metrics.counter("sentinel_agent_results_acknowledged_total", "Of these, those durable at the aggregator.", "",
                () -> spool.balance().acknowledged().results());
        metrics.gauge("sentinel_agent_results_waiting", "Of these, those not yet acknowledged.", "",
                () -> spool.balance().waiting().results());
        for (DropReason reason : DropReason.values()) {
            metrics.counter("sentinel_agent_results_dropped_total", "Of these, those given up, by reason.", "",
                    Map.of("reason", reason.word()), () -> spool.balance().dropped().of(reason).results());
        }
        metrics.gauge("sentinel_agent_spool_in_trouble", "1 while nothing can be written to the spool.", "",
                () -> spool.trouble().isPresent() ? 1 : 0);
        metrics.counter("sentinel_agent_host_figures_left_out_total",
                "Figures of the host for which there was no room.", "", hostFigures::leftOut);
    }

    private void clock(String name, String help, ToLongFunction<ClockOffset> micros) {
        metrics.gauge(name, help, "seconds", () -> health.newest().flatMap(AgentHealth::clock)
                .map(offset -> micros.applyAsLong(offset) / MICROS_PER_SECOND).orElse(Double.NaN));
    }

    private void gauge(String name, String help, String unit, ToDoubleFunction<AgentHealth> figure) {
        metrics.gauge(name, help, unit, () -> health.newest().map(now -> figure.applyAsDouble(now)).orElse(Double.NaN));
    }
}
