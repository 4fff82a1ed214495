package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What programs get, held against openapi.yaml. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTest {

    private static final OpenApi DOCUMENT = OpenApi.ours();

    private RunningAggregator aggregator;
    private TestAgent one;
    private TestAgent two;

    @BeforeAll
    void start(@TempDir Path dataDir) throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), dataDir);
        one = TestAgent.join(aggregator.port(), "one");
        two = TestAgent.join(aggregator.port(), "two");
        one.batch(1, two.node.id());
        one.awaitAck(1);
        one.live(TestAgent.answered(two.node.id()));
        two.live(TestAgent.lost(one.node.id(), 10));
        await().until(() -> matrix().getJsonArray("cells").size() == 2);
    }

    @AfterAll
    void stop() {
        one.close();
        two.close();
        aggregator.close();
    }

    private JsonObject matrix() {
        return aggregator.json("/api/v1/matrix");
    }

    @Test
    void the_agents_are_listed_by_name() {
        JsonObject agents = aggregator.json("/api/v1/agents");

        DOCUMENT.assertValid(agents, "AgentList");
        assertThat(agents.getJsonArray("agents").stream().map(a -> ((JsonObject) a).getString("name")))
                .containsExactly("one", "two");
    }

    @Test
    void the_matrix_has_a_cell_for_each_measured_pair_and_none_for_others() {
        one.live(TestAgent.answered(two.node.id()));
        JsonObject matrix = matrix();

        DOCUMENT.assertValid(matrix, "Matrix");
        assertThat(matrix.getJsonArray("sources")).hasSize(2);
        assertThat(matrix.getJsonArray("destinations")).hasSize(2);
        JsonObject cell = cell(matrix, one.node.id());
        assertThat(cell.getString("destination")).isEqualTo(two.node.id().toString());
        assertThat(cell.getInteger("sent")).isEqualTo(10);
        assertThat(cell.getDouble("lossRatio")).isZero();
        assertThat(cell.getJsonObject("roundTripDelayMicros").getInteger("min")).isEqualTo(300);
    }

    @Test
    void a_pair_whose_packets_are_all_lost_is_down_and_has_no_delay() {
        two.live(TestAgent.lost(one.node.id(), 10));

        await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> {
            JsonObject cell = cell(matrix(), two.node.id());
            assertThat(cell.getString("state")).isEqualTo("down");
            assertThat(cell.containsKey("roundTripDelayMicros")).isFalse();
            assertThat(cell.getDouble("lossRatio")).isEqualTo(1.0);
        });
    }

    private static JsonObject cell(JsonObject matrix, NodeId source) {
        return matrix.getJsonArray("cells").stream().map(JsonObject.class::cast)
                .filter(cell -> cell.getString("source").equals(source.toString())).findFirst().orElseThrow();
    }

    @Test
    void a_pairs_history_has_what_was_stored() {
        JsonObject history = aggregator.json(historyPath(""));

        DOCUMENT.assertValid(history, "PairHistory");
        assertThat(history.getInteger("stepSeconds")).isEqualTo(10);
        assertThat(history.getString("kind")).isEqualTo("icmp-echo");
        JsonArray points = history.getJsonArray("points");
        assertThat(points).hasSize(1);
        assertThat(points.getJsonObject(0).getJsonObject("roundTripDelayMicros").getInteger("max")).isEqualTo(190);
    }

    @Test
    void the_default_step_is_the_least_that_gives_at_most_720_points() {
        String day = "?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";

        assertThat(aggregator.json(historyPath(day)).getInteger("stepSeconds")).isEqualTo(120);
    }

    private String historyPath(String query) {
        return "/api/v1/pairs/" + one.node.id() + "/" + two.node.id() + "/history" + query;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"?from=yesterday | from | RFC 3339", "?to=2026-01-01 | to | RFC 3339",
            "?step=1 | step | from 10 to 86400", "?step=ten | step | whole number",
            "?kind=ping | kind | icmp-echo", "?form=2026-01-01T00:00:00Z | form | from, to, step, kind or format",
            "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z | from | earlier",
            "?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&step=10 | step | at least",
            "?step=10&step=20 | step | once", "?from=1000-01-01T00:00:00Z | from | 2000"})
    void a_bad_parameter_is_named_together_with_how_to_write_it(String query, String parameter, String remedy) {
        HttpResponse<String> answer = aggregator.get(historyPath(query.strip()));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertProblem(answer);
        assertThat(new JsonObject(answer.body()).getString("detail")).contains("'" + parameter.strip() + "'")
                .contains(remedy.strip());
    }

    @Test
    void an_id_that_is_none_is_named_too() {
        HttpResponse<String> answer = aggregator.get("/api/v1/pairs/one/" + two.node.id() + "/history");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("detail")).contains("'source'");
    }

    @Test
    void nodes_that_are_unknown_are_not_found() {
        HttpResponse<String> answer = aggregator
                .get("/api/v1/pairs/" + NodeId.random() + "/" + two.node.id() + "/history");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertProblem(answer);
    }

    @Test
    void an_unknown_path_is_answered_with_the_known_ones() {
        HttpResponse<String> answer = aggregator.get("/api/v1/nothing");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertProblem(answer);
        assertThat(answer.body()).contains("/api/v1/matrix");
    }

    @Test
    void another_version_of_the_api_is_not_found_and_the_right_one_named() {
        HttpResponse<String> answer = aggregator.get("/api/v2/matrix");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertProblem(answer);
        assertThat(new JsonObject(answer.body()).getString("detail")).contains("v1");
    }

    @Test
    void what_can_only_be_read_cannot_be_posted_to() {
        HttpResponse<String> answer = aggregator.post("/api/v1/matrix", "{}");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertProblem(answer);
    }

    private static void assertProblem(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonObject problem = new JsonObject(answer.body());
        DOCUMENT.assertValid(problem, "Problem");
        assertThat(problem.getInteger("status")).isEqualTo(answer.statusCode());
    }

    @Test
    void the_document_itself_can_be_had() {
        HttpResponse<String> answer = aggregator.get("/api/v1/openapi.yaml");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("openapi: 3");
    }

    @Test
    void health_is_told_in_three_ways() {
        for (String path : new String[]{"/healthz", "/healthz/live", "/healthz/ready"}) {
            HttpResponse<String> answer = aggregator.get(path);

            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            DOCUMENT.assertValid(new JsonObject(answer.body()), "Health");
        }
    }

    @Test
    void the_metrics_are_what_prometheus_expects() {
        HttpResponse<String> answer = aggregator.get("/metrics");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body()).contains("# TYPE sentinel_results_stored_total counter",
                "sentinel_results_stored_total 1\n", "sentinel_agents_connected 2\n",
                "sentinel_batches_total{outcome=\"stored\"} 1\n", "sentinel_store_append_seconds_bucket{le=\"+Inf\"}",
                "sentinel_link_frames_received_total{kind=\"hello\"} 2\n");
        assertThat(answer.body().lines()).allMatch(line -> line.startsWith("# HELP ") || line.startsWith("# TYPE ")
                || line
                        .matches("sentinel_[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? [-0-9.E]+"));
    }

    @Test
    void every_answer_forbids_scripts_and_frames_of_others() {
        HttpResponse<String> answer = aggregator.get("/api/v1/agents");

        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'").contains("frame-ancestors 'none'").doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }
}
