package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Which way packets take, as agents tell it and programs ask for it. */
class PathsTest {

    private static final OpenApi DOCUMENT = OpenApi.ours();

    private final Instant start = Instant.now().minus(Duration.ofHours(12)).truncatedTo(ChronoUnit.SECONDS);
    private final NodeId destination = NodeId.random();
    private RunningAggregator aggregator;
    private TestAgent agent;

    @BeforeEach
    void start(@TempDir Path dataDir) throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), dataDir);
        agent = TestAgent.join(aggregator.port(), "one");
    }

    @AfterEach
    void stop() {
        agent.close();
        aggregator.close();
    }

    private void tells(PathTrace... traces) {
        agent.send(new Frame.Batch(agent.node.id(), agent.boot, 1, Instant.now(), List.of(), List.of(), 0,
                Optional.empty(), List.of(), List.of(traces)));
        agent.awaitAck(1);
    }

    private JsonObject ask(String more) {
        JsonObject page = aggregator
                .json("/api/v1/paths?source=" + agent.node.id() + "&destination=" + destination + more);
        DOCUMENT.assertValid(page, "PathPage");
        return page;
    }

    @Test
    void the_path_of_now_and_those_before_are_told_with_their_hops() {
        tells(trace(0, TraceOutcome.REACHED, Map.of(), "192.0.2.1", "198.51.100.1"), trace(2,
                TraceOutcome.HOST_UNREACHABLE, Map.of(3, List.of(24_001, 17)), "192.0.2.9", "*", "2001:db8::9"));

        JsonObject page = ask("");

        assertThat(page.getJsonArray("paths")).hasSize(2);
        assertThat(page.getJsonArray("paths").getJsonObject(0)).isEqualTo(page.getJsonObject("current"));
        JsonObject current = page.getJsonObject("current");
        assertThat(current.getString("outcome")).isEqualTo("host-unreachable");
        assertThat(current.getString("since")).isEqualTo(start.plus(Duration.ofHours(2)).toString());
        assertThat(current.getJsonArray("hops")).isEqualTo(new JsonArray(List.of(
                Map.of("hopLimit", 1, "address", "192.0.2.9"), Map.of("hopLimit", 2),
                Map.of("hopLimit", 3, "address", "2001:db8:0:0:0:0:0:9", "labels", List.of(24_001, 17)))));
        assertThat(page.getJsonArray("paths").getJsonObject(1).getString("outcome")).isEqualTo("reached");
        assertThat(page.containsKey("cursor")).isFalse();
    }

    @Test
    void nothing_is_told_of_a_pair_that_nobody_traced() {
        JsonObject page = ask("");

        assertThat(page.getJsonArray("paths")).isEmpty();
        assertThat(page.containsKey("current")).isFalse();
    }

    @Test
    void a_window_narrows_the_answer_and_pages_follow_one_another() {
        List<PathTrace> traces = new ArrayList<>();
        for (int hour = 0; hour < 4; hour++) {
            traces.add(trace(hour * 2, TraceOutcome.REACHED, Map.of(), "192.0.2." + hour, "198.51.100.1"));
        }
        tells(traces.toArray(PathTrace[]::new));

        List<String> read = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            JsonObject page = ask("&limit=3&from=" + start.minusSeconds(1) + cursor.get());
            page.getJsonArray("paths").forEach(each -> read.add(((JsonObject) each).getString("since")));
            cursor = Optional.ofNullable(page.getString("cursor")).map(next -> "&cursor=" + next);
        }
        assertThat(read).isEqualTo(traces.reversed().stream().map(trace -> trace.at().toString()).toList());

        JsonObject window = ask("&from=" + start.plus(Duration.ofHours(3)) + "&to=" + start.plus(Duration.ofHours(5)));
        assertThat(window.getJsonArray("paths").stream().map(each -> ((JsonObject) each).getString("since")))
                .containsExactly(traces.get(2).at().toString(), traces.get(1).at().toString());
        assertThat(window.getJsonObject("current").getString("since")).isEqualTo(traces.get(3).at().toString());
    }

    @Test
    void a_question_for_paths_that_makes_no_sense_is_answered_with_how_to_ask() {
        String pair = "?source=" + destination + "&destination=" + destination;
        Map<String, String> bad = Map.of("", "'source' is missing", "?source=x", "write a node's id",
                "?source=" + destination, "'destination' is missing", pair + "&limit=0", "from 1 to 1000",
                pair + "&since=1", "use source, destination", pair + "&cursor=x", "cursor",
                pair + "&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "give an earlier time");
        bad.forEach((query, how) -> {
            assertThat(aggregator.get("/api/v1/paths" + query).statusCode()).as(query).isEqualTo(400);
            assertThat(aggregator.get("/api/v1/paths" + query).body()).as(query).contains(how);
        });
    }

    private PathTrace trace(int hour, TraceOutcome outcome, Map<Integer, List<Integer>> labels, String... hops) {
        return new PathTrace(destination, start.plus(Duration.ofHours(hour)), InetAddress.ofLiteral("198.51.100.1"),
                33_600,
                new io.sentinelmesh.measurement.Path(Stream.of(hops)
                        .map(hop -> hop.equals("*")
                                ? Optional.<InetAddress>empty()
                                : Optional.of(InetAddress.ofLiteral(hop)))
                        .toList(), outcome == TraceOutcome.REACHED),
                outcome, new TreeMap<>(labels));
    }
}
