package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.metric.MetricHistory;
import io.sentinelmesh.db.metric.MetricHistory.Point;
import io.sentinelmesh.db.metric.MetricQuery;
import io.sentinelmesh.db.metric.MetricType;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.MetricValue;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What an agent says about itself, from its frames to what people see. */
class SelfReportTest {

    private static final OpenApi DOCUMENT = OpenApi.ours();
    private static final HealthVerdict LATE = new HealthVerdict(List.of(Impairment.TIMER_LATE));

    private RunningAggregator aggregator;
    private TestAgent one;
    private TestAgent two;

    @BeforeEach
    void start(@TempDir Path dataDir) throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), dataDir);
        one = TestAgent.join(aggregator.port(), "one");
        two = TestAgent.join(aggregator.port(), "two");
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        aggregator.close();
    }

    @Test
    void a_lost_packet_of_an_impaired_prober_paints_its_row_impaired_within_a_second_and_never_down() {
        one.live(TestAgent.lost(two.node.id(), 10));
        await().until(() -> "down".equals(state()));

        one.liveImpaired(LATE, TestAgent.lost(two.node.id(), 10));

        await().atMost(Duration.ofSeconds(1)).until(() -> "prober-impaired".equals(state()));
        JsonObject agents = aggregator.json("/api/v1/agents");
        DOCUMENT.assertValid(agents, "AgentList");
        JsonObject agent = agents.getJsonArray("agents").getJsonObject(0);
        assertThat(agent.getBoolean("impaired")).isTrue();
        assertThat(agent.getString("impairedReason")).isEqualTo("the measuring thread is called late");
        assertThat(agents.getJsonArray("agents").getJsonObject(1).getBoolean("impaired")).isFalse();
        await().atMost(Duration.ofSeconds(3)).untilAsserted(
                () -> assertThat(aggregator.get("/metrics").body()).contains("\nsentinel_agents_impaired 1\n"));
    }

    private String state() {
        return aggregator.json("/api/v1/matrix").getJsonArray("cells").stream().map(JsonObject.class::cast)
                .map(cell -> cell.getString("state")).findFirst().orElse("");
    }

    @Test
    void health_and_figures_of_the_newest_batch_are_told() {
        Instant at = Instant.parse("2026-11-21T12:00:00Z");
        AgentHealth health = new AgentHealth(at, Duration.ofSeconds(10), new ProberFigures(100, 1, 2, 3, 4, 5, 6),
                new ProcessFigures(0.5, 7, 8, 9, 10, 11), new SpoolFigures(12, 13),
                Optional.of(new ClockOffset(-14, 15)), HealthVerdict.WELL);
        one.batch(1, health,
                new HostMetric("host_memory_bytes", "bytes", Map.of("kind", "total"), at, new MetricValue.Gauge(1e9)),
                new HostMetric("host_interrupts_total", "", Map.of(), at, new MetricValue.Counter(17)),
                new HostMetric("host_read_seconds", "seconds", Map.of(), at,
                        new MetricValue.Histogram(List.of(1.0), List.of(2L, 3L), 4)));
        one.awaitAck(1);

        JsonObject told = aggregator.json("/api/v1/agents/" + one.node.id() + "/metrics");

        DOCUMENT.assertValid(told, "AgentMetrics");
        assertThat(told.getJsonObject("health").getInteger("sendErrors")).isEqualTo(1);
        assertThat(told.getJsonObject("health").getInteger("clockOffsetMicros")).isEqualTo(-14);
        assertThat(told.getJsonArray("metrics")).hasSize(3);
        assertThat(told.getJsonArray("metrics").getJsonObject(0).getJsonObject("labels").getString("kind"))
                .isEqualTo("total");
    }

    @Test
    void figures_go_into_the_store_with_their_batch() {
        Instant at = Instant.parse("2026-11-21T12:00:00Z");
        HostMetric load = new HostMetric("host_load_average", "", Map.of("minutes", "1"), at,
                new MetricValue.Gauge(2));
        AgentHealth health = new AgentHealth(at, Duration.ofSeconds(10), ProberFigures.NONE, ProcessFigures.NONE,
                SpoolFigures.NONE, Optional.empty(), HealthVerdict.WELL);

        one.batch(1, health, load);
        one.awaitAck(1);

        assertThat(aggregator.store.batches()).flatExtracting(ReceivedBatch::metrics).containsExactly(load);
    }

    @Test
    void the_history_of_a_figure_tells_gauges_counters_with_their_growth_and_histograms() {
        Instant at = Instant.parse("2026-11-21T12:00:00Z");
        Instant next = at.plusSeconds(60);
        aggregator.store.metrics.answer = Optional.of(List.of(
                new MetricHistory("x", "bytes", MetricType.GAUGE, Map.of("kind", "total"), List.of(),
                        List.of(new Point(at, 2, 3, 1, 2, 2, at, List.of()))),
                new MetricHistory("x", "", MetricType.COUNTER, Map.of(), List.of(),
                        List.of(new Point(at, 1, 100, 100, 100, 100, at, List.of()),
                                new Point(next, 1, 160, 160, 160, 160, next, List.of()),
                                new Point(next.plusSeconds(60), 1, 30, 30, 30, 30, next.plusSeconds(60),
                                        List.of()))),
                new MetricHistory("x", "seconds", MetricType.HISTOGRAM, Map.of(), List.of(1.0),
                        List.of(new Point(at, 1, 4, 4, 4, 4, at, List.of(2L, 3L))))));

        JsonObject told = aggregator.json("/api/v1/agents/" + one.node.id() + "/metrics/history?name=x"
                + "&label=kind%3Da%3Db&from=2026-11-21T12:00:00Z&to=2026-11-21T13:00:00Z&step=60");

        DOCUMENT.assertValid(told, "MetricHistory");
        assertThat(aggregator.store.metrics.asked).contains(new MetricQuery(one.node.id(), "x",
                Map.of("kind", "a=b"), at, at.plusSeconds(3_600), Duration.ofMinutes(1), 20_000));
        assertThat(told.getJsonArray("series").getJsonObject(0).getJsonArray("points").getJsonObject(0)
                .getDouble("mean")).isEqualTo(1.5);
        assertThat(told.getJsonArray("series").getJsonObject(1).getJsonArray("points").stream()
                .map(point -> ((JsonObject) point).getDouble("perSecond"))).containsExactly(null, 1.0, 0.5);
    }

    @Test
    void a_history_that_is_too_large_or_makes_no_sense_is_refused_with_what_to_do() {
        String path = "/api/v1/agents/" + one.node.id() + "/metrics/history";
        aggregator.store.metrics.answer = Optional.empty();

        assertThat(aggregator.get(path + "?name=x").statusCode()).isEqualTo(413);
        assertThat(aggregator.get(path + "?name=x").body()).contains("problem:too-large");
        assertThat(aggregator.get(path + "?name=x%00").body()).contains("leave out control characters");
        assertThat(aggregator.get(path).body()).contains("'name'");
        assertThat(aggregator.get(path + "?name=x&label=device").body()).contains("key=value");
        assertThat(aggregator.get("/api/v1/agents/00000000-0000-4000-8000-000000000000/metrics/history?name=x")
                .statusCode()).isEqualTo(404);
    }

    @Test
    void an_agent_that_told_nothing_has_no_figures_and_an_unknown_one_is_not_found() {
        JsonObject told = aggregator.json("/api/v1/agents/" + two.node.id() + "/metrics");

        DOCUMENT.assertValid(told, "AgentMetrics");
        assertThat(told.getJsonArray("metrics")).isEmpty();
        assertThat(told.containsKey("health")).isFalse();
        assertThat(aggregator.get("/api/v1/agents/00000000-0000-4000-8000-000000000000/metrics").statusCode())
                .isEqualTo(404);
        assertThat(aggregator.get("/api/v1/agents/nobody/metrics").statusCode()).isEqualTo(404);
    }
}
