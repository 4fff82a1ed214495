package io.sentinelmesh.aggregator.selfreport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue.Gauge;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class SelfReportsTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final NodeId AGENT = NodeId.random();

    private final SelfReports reports = new SelfReports();
    private long nowNanos = Duration.ofDays(1).toNanos();

    private static HostMetric room(String mount, Instant at) {
        return new HostMetric("host_file_system_bytes", "bytes", Map.of("mount", mount), at, new Gauge(1));
    }

    private static AgentHealth health(Instant at) {
        return new AgentHealth(at, Duration.ofSeconds(10), ProberFigures.NONE, ProcessFigures.NONE, SpoolFigures.NONE,
                Optional.empty(), HealthVerdict.WELL);
    }

    private void report(HostMetric... metrics) {
        reports.report(AGENT, Optional.empty(), List.of(metrics), nowNanos);
    }

    @Test
    void what_is_missing_among_the_newest_of_a_name_is_gone() {
        report(room("/", NOON), room("/mnt", NOON));
        report(room("/", NOON.plusSeconds(300)));

        assertThat(reports.of(AGENT).metrics()).containsExactly(room("/", NOON.plusSeconds(300)));
        assertThat(reports.metrics()).isEqualTo(1);
    }

    @Test
    void a_batch_that_waited_for_long_does_not_take_the_place_of_newer_news() {
        reports.report(AGENT, Optional.of(health(NOON)), List.of(room("/", NOON)), nowNanos);
        Instant before = NOON.minusSeconds(600);
        reports.report(AGENT, Optional.of(health(before)), List.of(room("/mnt", before)), nowNanos);

        assertThat(reports.of(AGENT).metrics()).containsExactly(room("/", NOON));
        assertThat(reports.of(AGENT).health()).contains(health(NOON));
    }

    @Test
    void a_figure_that_does_not_come_any_more_is_forgotten() {
        report(room("/", NOON));
        nowNanos += SelfReports.METRICS_LAST.toNanos() + 1;
        report(new HostMetric("host_uptime_seconds", "seconds", Map.of(), NOON, new Gauge(1)));

        assertThat(reports.of(AGENT).metrics()).extracting(HostMetric::name).containsExactly("host_uptime_seconds");
        assertThat(reports.metrics()).isEqualTo(1);
    }

    @Test
    void an_agent_has_room_for_so_many_and_what_is_left_out_is_counted() {
        List<HostMetric> many = new ArrayList<>();
        for (int i = 0; i <= SelfReports.MOST_METRICS_OF_AGENT; i++) {
            many.add(room("/mnt/" + i, NOON));
        }
        reports.report(AGENT, Optional.empty(), many, nowNanos);

        assertThat(reports.of(AGENT).metrics()).isEmpty();
        assertThat(reports.leftOut()).isEqualTo(many.size());
    }

    @Test
    void who_left_is_forgotten() {
        report(room("/", NOON));
        reports.leave(AGENT);

        assertThat(reports.of(AGENT)).isEqualTo(AgentReport.NOTHING);
        assertThat(reports.metrics()).isZero();
    }
}
