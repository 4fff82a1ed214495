package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Reports and past matrices as programs and spreadsheets get them, held against openapi.yaml. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportsTest {

    private static final OpenApi DOCUMENT = OpenApi.ours();

    /** The hour before this one, so that no step of the clock matters. */
    private final Instant start = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 3_600 * 3_600 - 3_600);
    private final FakeStore store = new FakeStore();
    private RunningAggregator aggregator;
    private TestAgent one;
    /** Its name would be a formula. */
    private TestAgent minus;
    private long sequence;

    @BeforeAll
    void start(@TempDir Path dataDir) throws IOException {
        aggregator = RunningAggregator.over(store, dataDir);
        one = TestAgent.join(aggregator.port(), "one");
        minus = TestAgent.join(aggregator.port(), "-minus");
        // The earlier ten minutes: 10 of 10 at 100 us. The later ten: 8 of 10 at 400 us, then nothing, then 5 of 10.
        send(one, start, PairResult.of(minus.node.id(), 10, repeated(10, 100)));
        send(one, start.plusSeconds(600), PairResult.of(minus.node.id(), 10, repeated(8, 400)));
        send(one, start.plusSeconds(660), PairResult.of(minus.node.id(), 0));
        send(one, start.plusSeconds(720), PairResult.of(minus.node.id(), 10, repeated(5, 400)));
        send(minus, start.plusSeconds(600), PairResult.of(one.node.id(), 10, repeated(10, 200)));
        one.awaitAck(sequence - 1);
        minus.awaitAck(sequence);
        one.live(TestAgent.answered(minus.node.id()));
        await().atMost(Duration.ofSeconds(10)).until(() -> aggregator.get("/metrics").body()
                .contains("sentinel_site_pair_pairs{source_site=\"site-one\""));
    }

    @AfterAll
    void stop() {
        one.close();
        minus.close();
        aggregator.close();
    }

    private static int[] repeated(int count, int micros) {
        int[] delays = new int[count];
        java.util.Arrays.fill(delays, micros);
        return delays;
    }

    private void send(TestAgent agent, Instant round, PairResult... results) {
        agent.send(new Frame.Batch(agent.node.id(), agent.boot, ++sequence, Instant.now(), List.of(),
                List.of(new MatrixRow(agent.node.id(), ProbeKind.ICMP_ECHO, round, Duration.ofSeconds(10),
                        List.of(results))),
                0));
    }

    private String window(int from, int to) {
        return "from=" + start.plusSeconds(from) + "&to=" + start.plusSeconds(to);
    }

    @Test
    void sites_are_told_as_rows_and_columns_over_the_window_and_now() {
        JsonObject report = aggregator.json("/api/v1/reports/sites?" + window(600, 1_200));

        DOCUMENT.assertValid(report, "SitesReport");
        assertThat(report.getString("from")).isEqualTo(start.plusSeconds(600).toString());
        JsonObject outgoing = direction(report, "site-one", "outgoing");
        JsonObject figures = outgoing.getJsonObject("window");
        assertThat(figures.getInteger("pairs")).isEqualTo(1);
        assertThat(figures.getInteger("sent")).isEqualTo(20);
        assertThat(figures.getInteger("received")).isEqualTo(13);
        assertThat(figures.getDouble("lossRatio")).isEqualTo(0.35);
        assertThat(figures.getJsonObject("roundTripDelayMicros").getInteger("p95")).isEqualTo(400);
        assertThat(outgoing.getJsonObject("now").getInteger("pairs")).isEqualTo(1);
        assertThat(direction(report, "site--minus", "incoming").getJsonObject("window")).isEqualTo(figures);
        assertThat(direction(report, "site-one", "incoming").getJsonObject("window").getInteger("sent")).isEqualTo(10);
    }

    private static JsonObject direction(JsonObject report, String site, String direction) {
        return report.getJsonArray("sites").stream().map(JsonObject.class::cast)
                .filter(row -> row.getString("site").equals(site) && row.getString("direction").equals(direction))
                .findFirst().orElseThrow();
    }

    @Test
    void the_sites_of_a_scope_have_no_live_figures_for_these_are_of_all_pairs() {
        JsonObject report = aggregator.json("/api/v1/reports/sites?sourceSite=site-one&" + window(600, 1_200));

        DOCUMENT.assertValid(report, "SitesReport");
        assertThat(report.containsKey("nowAt")).isFalse();
        assertThat(direction(report, "site-one", "incoming").getJsonObject("window").getInteger("sent")).isZero();
    }

    @Test
    void the_worst_pairs_come_by_loss_or_by_delay() {
        JsonObject byLoss = aggregator.json("/api/v1/reports/worst-pairs?" + window(600, 1_200));
        JsonObject byDelay = aggregator.json("/api/v1/reports/worst-pairs?by=delay&limit=1&" + window(600, 1_200));

        DOCUMENT.assertValid(byLoss, "WorstPairsReport");
        DOCUMENT.assertValid(byDelay, "WorstPairsReport");
        assertThat(byLoss.getJsonArray("pairs")).hasSize(1);
        assertThat(byLoss.getJsonArray("pairs").getJsonObject(0).getDouble("lossRatio")).isEqualTo(0.35);
        assertThat(byDelay.getJsonArray("pairs")).hasSize(1);
        assertThat(byDelay.getJsonArray("pairs").getJsonObject(0).getJsonObject("source").getString("name"))
                .isEqualTo("one");
    }

    @Test
    void a_window_is_held_against_the_one_before_it() {
        JsonObject changes = aggregator.json("/api/v1/reports/changes?by=delay&" + window(600, 1_200));

        DOCUMENT.assertValid(changes, "ChangesReport");
        assertThat(changes.getString("beforeFrom")).isEqualTo(start.toString());
        assertThat(changes.getJsonArray("pairs")).hasSize(1);
        JsonObject pair = changes.getJsonArray("pairs").getJsonObject(0);
        assertThat(pair.getDouble("delayFactor")).isEqualTo(4.0);
        assertThat(pair.getDouble("lossRatioChange")).isEqualTo(0.35);
        assertThat(pair.getJsonObject("before").getInteger("sent")).isEqualTo(10);
    }

    @Test
    void availability_counts_slots_without_data_and_those_in_maintenance_apart() {
        String path = "/api/v1/reports/availability?maxLossRatio=0.2&" + window(600, 1_200);
        JsonObject all = aggregator.json(path);
        JsonObject but = aggregator.json(path + "&exclude=" + start.plusSeconds(720) + "/" + start.plusSeconds(730));

        DOCUMENT.assertValid(all, "AvailabilityReport");
        assertThat(slots(all)).isEqualTo("1 met, 1 missed, 8 without, 0 excluded, 0.5");
        assertThat(slots(but)).isEqualTo("1 met, 0 missed, 8 without, 1 excluded, 1.0");
        assertThat(but.getJsonArray("pairs").getJsonObject(1).getInteger("sent")).isEqualTo(10);
        JsonObject sites = aggregator.json(path + "&by=site-pair&sourceSite=site-one");
        DOCUMENT.assertValid(sites, "AvailabilityReport");
        assertThat(sites.getJsonArray("sitePairs")).hasSize(1);
        assertThat(sites.getJsonArray("sitePairs").getJsonObject(0).getDouble("availability")).isEqualTo(0.5);
    }

    @Test
    void what_has_not_come_yet_is_no_slot_without_data() {
        JsonObject report = aggregator.json("/api/v1/reports/availability?from=" + start + "&to="
                + Instant.now().plus(Duration.ofHours(3)));

        Instant to = Instant.parse(report.getString("to"));
        assertThat(to).isBeforeOrEqualTo(Instant.now());
        JsonObject pair = report.getJsonArray("pairs").getJsonObject(0);
        assertThat(pair.getInteger("metSlots") + pair.getInteger("missedSlots") + pair.getInteger("noDataSlots"))
                .isEqualTo((int) Duration.between(start, to).toMinutes());
    }

    /** Of the second pair by name: "-minus" comes first. */
    private static String slots(JsonObject report) {
        JsonObject pair = report.getJsonArray("pairs").getJsonObject(1);
        return pair.getInteger("metSlots") + " met, " + pair.getInteger("missedSlots") + " missed, "
                + pair.getInteger("noDataSlots") + " without, " + pair.getInteger("excludedSlots") + " excluded, "
                + pair.getDouble("availability");
    }

    @Test
    void a_spreadsheet_gets_csv_and_no_formulas() {
        HttpResponse<String> worst = aggregator.get("/api/v1/reports/worst-pairs?" + window(600, 1_200), "Accept",
                "text/csv");

        assertThat(worst.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(worst.body().lines()).hasSize(2).anySatisfy(line -> assertThat(line)
                .startsWith("site-one,one,site--minus,'-minus,20,13,0.35,400,400,400,400,400,"));
        assertThat(worst.body()).endsWith("\r\n");
        for (String path : List.of("sites", "changes", "availability", "availability?by=site-pair")) {
            String csv = aggregator.get("/api/v1/reports/" + path + (path.contains("?") ? "&" : "?") + "format=csv&"
                    + window(600, 1_200)).body();
            long columns = csv.lines().findFirst().orElseThrow().chars().filter(c -> c == ',').count();
            assertThat(csv.lines()).as(path).hasSizeGreaterThan(1)
                    .allMatch(line -> line.chars().filter(c -> c == ',').count() == columns);
        }
    }

    @Test
    void a_history_can_be_had_as_csv() {
        String path = "/api/v1/pairs/" + one.node.id() + "/" + minus.node.id() + "/history?" + window(600, 1_200);

        assertThat(aggregator.get(path + "&format=csv").body()).isEqualTo("at,sent,received,lossRatio,minMicros,"
                + "lowerQuartileMicros,medianMicros,upperQuartileMicros,maxMicros,meanMicros\r\n"
                + start.plusSeconds(600) + ",10,8,0.2,400,400,400,400,400,400\r\n" + start.plusSeconds(660)
                + ",0,0,,,,,,,\r\n" + start.plusSeconds(720) + ",10,5,0.5,400,400,400,400,400,400\r\n");
        assertThat(aggregator.get(path, "Accept", "text/csv, application/json").body()).startsWith("{");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"sites?by=loss | by | sourceSite", "sites?from=yesterday | from | RFC 3339",
            "worst-pairs?limit=0 | limit | 1 to 1000", "worst-pairs?limit=1001 | limit | 1 to 1000",
            "worst-pairs?by=jitter | by | loss", "worst-pairs?kind=ping | kind | icmp-echo",
            "worst-pairs?source=one | source | UUID", "worst-pairs?format=pdf | format | csv or json",
            "worst-pairs?limit=1&limit=2 | limit | once", "worst-pairs?sourceSite= | sourceSite | name",
            "changes?from=2001-01-01T00:00:00Z&to=2001-01-01T00:00:59Z | from | earlier",
            "changes?from=2001-01-01T00:00:00Z&to=2006-01-01T00:00:00Z | from | later",
            "changes?from=2098-01-01T00:00:00Z&to=2099-01-01T00:00:00Z | to | come",
            "availability?maxLossRatio=2 | maxLossRatio | 0 to 1",
            "availability?maxLossRatio=-0.1 | maxLossRatio | 0 to 1",
            "availability?maxMedianMicros=0 | maxMedianMicros | from 1",
            "availability?maxMedianMicros=99999999999 | maxMedianMicros | from 1",
            "availability?slot=day | slot | minute or hour", "availability?by=site | by | site-pair",
            "availability?exclude=2001-01-01T00:00:00Z | exclude | FROM/TO",
            "availability?exclude=2001-01-01T00:00:00Z/2000-01-01T00:00:00Z | exclude | FROM/TO",
            "availability?exclude=/ | exclude | FROM/TO",
            "availability?slot=minute&from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z | slot | hour"})
    void a_bad_parameter_is_named_together_with_how_to_write_it(String path, String parameter, String remedy) {
        HttpResponse<String> answer = aggregator.get("/api/v1/reports/" + path.strip());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("detail")).contains("'" + parameter.strip() + "'")
                .contains(remedy.strip());
    }

    @Test
    void what_costs_too_much_is_refused_with_what_to_ask_instead_and_a_store_that_is_away_is_told_as_such() {
        store.reads.refusal = Optional.of("take a shorter window");
        try {
            HttpResponse<String> answer = aggregator.get("/api/v1/reports/worst-pairs");
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("take a shorter window");
        } finally {
            store.reads.refusal = Optional.empty();
        }
        store.goesAway("no route to the database");
        try {
            HttpResponse<String> answer = aggregator.get("/api/v1/reports/worst-pairs?" + window(600, 1_200));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.body()).contains("no route to the database");
        } finally {
            store.comesBack();
        }
    }

    @Test
    void the_matrix_of_a_past_instant_has_the_rounds_that_cover_it() {
        JsonObject matrix = aggregator.json("/api/v1/matrix?at=" + start.plusSeconds(605));

        DOCUMENT.assertValid(matrix, "Matrix");
        assertThat(matrix.getString("at")).isEqualTo(start.plusSeconds(605).toString());
        assertThat(matrix.getJsonArray("sources")).hasSize(2);
        assertThat(matrix.getJsonArray("cells")).hasSize(2);
        assertThat(cell(matrix, one.node)).isEqualTo("degraded 8 of 10");
        assertThat(cell(matrix, minus.node)).isEqualTo("ok 10 of 10");
        assertThat(cell(aggregator.json("/api/v1/matrix?at=" + start.plusSeconds(660)), one.node))
                .isEqualTo("no-data 0 of 0");
        assertThat(aggregator.json("/api/v1/matrix?at=" + start.plusSeconds(610)).getJsonArray("cells")).isEmpty();
        assertThat(aggregator.json("/api/v1/matrix?kind=stamp&at=" + start.plusSeconds(605)).getJsonArray("cells"))
                .isEmpty();
    }

    private static String cell(JsonObject matrix, MeshNode source) {
        JsonObject cell = matrix.getJsonArray("cells").stream().map(JsonObject.class::cast)
                .filter(each -> each.getString("source").equals(source.id().toString())).findFirst().orElseThrow();
        return cell.getString("state") + " " + cell.getInteger("received") + " of " + cell.getInteger("sent");
    }

    @Test
    void the_binary_past_has_the_same_cells_under_the_indexes_of_the_live_one() {
        HttpResponse<byte[]> answer = aggregator.bytes("/api/v1/matrix.bin?at=" + start.plusSeconds(605));

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/vnd.sentinel-mesh.matrix");
        assertThat(answer.headers().firstValue("Sentinel-Cells-Left-Out")).hasValue("0");
        byte[] live = aggregator.bytes("/api/v1/matrix.bin").body();
        byte[] past = answer.body();
        assertThat(past[1]).as("a snapshot").isEqualTo((byte) 1);
        assertThat(java.util.Arrays.copyOfRange(past, 4, 8)).as("the run").isEqualTo(
                java.util.Arrays.copyOfRange(live, 4, 8));
        assertThat(past[20]).as("rows").isEqualTo((byte) 2);
        assertThat(past[24]).as("cells").isEqualTo((byte) 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"?at=noon | at | RFC 3339", "?at=2099-01-01T00:00:00Z | at | has come",
            "?at=2001-01-01T00:00:00Z&site=x | site | at and kind",
            "?at=2001-01-01T00:00:00Z&at=2001-01-01T00:00:00Z | at | once",
            "?at=2001-01-01T00:00:00Z&kind=ping | kind | icmp-echo"})
    void a_bad_instant_is_named_for_both_forms(String query, String parameter, String remedy) {
        for (String path : List.of("/api/v1/matrix", "/api/v1/matrix.bin")) {
            HttpResponse<String> answer = aggregator.get(path + query.strip());

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(new JsonObject(answer.body()).getString("detail")).contains("'" + parameter.strip() + "'")
                    .contains(remedy.strip());
        }
    }

    @Test
    void prometheus_is_told_of_pairs_of_sites() {
        one.live(TestAgent.answered(minus.node.id()));

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            one.live(TestAgent.answered(minus.node.id()));
            String pair = "{source_site=\"site-one\",destination_site=\"site--minus\"";
            assertThat(aggregator.get("/metrics").body()).contains(
                    "# TYPE sentinel_site_pair_pairs gauge",
                    "sentinel_site_pair_pairs" + pair + ",state=\"ok\"} 1\n",
                    "sentinel_site_pair_pairs" + pair + ",state=\"down\"} 0\n",
                    "sentinel_site_pair_loss_ratio" + pair + "} 0\n",
                    "sentinel_site_pair_round_trip_delay_seconds" + pair + ",quantile=\"0.5\"} 3.4E-4\n",
                    "sentinel_site_pairs_left_out 0\n").doesNotContain(one.node.id().toString());
        });
    }

    @Test
    void nobody_is_told_of_an_agent_that_is_not_there() {
        JsonObject report = aggregator.json("/api/v1/reports/worst-pairs?source=" + new NodeId(UUID.randomUUID()) + "&"
                + window(600, 1_200));

        assertThat(report.getJsonArray("pairs")).isEmpty();
    }
}
