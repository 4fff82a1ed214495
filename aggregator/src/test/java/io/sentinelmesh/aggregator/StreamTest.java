package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.aggregator.stream.StreamDecoder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The live stream through a real WebSocket. */
class StreamTest {

    private static final int OK = 1;
    private static final int DOWN = 3;

    @TempDir
    Path dataDir;
    private RunningAggregator aggregator;
    private TestAgent one;
    private TestAgent two;

    @BeforeEach
    void start() throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), dataDir);
        one = TestAgent.join(aggregator.port(), "one");
        two = TestAgent.join(aggregator.port(), "two");
        one.live(TestAgent.answered(two.node.id()));
        await().until(() -> aggregator.json("/api/v1/matrix").getJsonArray("cells").size() == 1);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        aggregator.close();
    }

    @Test
    void it_begins_with_the_nodes_and_a_snapshot() {
        try (TestBrowser browser = TestBrowser.watch(aggregator.port())) {
            await().until(() -> browser.messages.size() >= 2);

            JsonObject nodes = (JsonObject) browser.messages.get(0);
            OpenApi.ours().assertValid(nodes, "StreamNodes");
            assertThat(nodes.getJsonArray("nodes")).hasSize(2);
            StreamDecoder snapshot = new StreamDecoder();
            snapshot.apply((ByteBuffer) browser.messages.get(1));
            assertThat(nodes.getLong("run")).isEqualTo(snapshot.run);
            assertThat(snapshot.type).as("snapshot").isEqualTo(1);
            assertThat(snapshot.ages).as("rows").hasSize(1);
            assertThat(snapshot.cells.values()).singleElement()
                    .satisfies(code -> assertThat(code >>> 24).isEqualTo(OK));
        }
    }

    @Test
    void what_was_sent_or_can_be_sent_no_more_is_not_unsent() {
        try (TestBrowser browser = TestBrowser.watch(aggregator.port())) {
            await().until(() -> browser.messages.size() >= 3);
        }

        await().untilAsserted(
                () -> assertThat(aggregator.get("/metrics").body()).contains("sentinel_stream_clients 0\n")
                        .contains("sentinel_stream_unsent_bytes 0\n"));
    }

    @Test
    void a_change_arrives_within_a_second_with_consecutive_ticks() {
        try (TestBrowser browser = TestBrowser.watch(aggregator.port())) {
            await().until(() -> browser.messages.size() >= 2);
            one.live(TestAgent.lost(two.node.id(), 3));

            await().atMost(Duration.ofSeconds(1)).until(() -> browser.deltas().stream()
                    .flatMap(delta -> new StreamDecoder().apply(delta).stream())
                    .anyMatch(cell -> cell.code() >>> 24 == DOWN));
            await().until(() -> browser.deltas().size() >= 3);
            List<Integer> ticks = browser.deltas().stream().map(delta -> delta.getInt(8)).toList();
            for (int i = 1; i < ticks.size(); i++) {
                assertThat(ticks.get(i)).isEqualTo(ticks.get(i - 1) + 1);
            }
        }
    }

    @Test
    void a_node_that_gets_lost_is_told_before_its_row_turns() {
        try (TestBrowser browser = TestBrowser.watch(aggregator.port())) {
            await().until(() -> browser.messages.size() >= 2);
            one.vanish();

            await().atMost(Duration.ofSeconds(6)).until(() -> browser.nodes().stream()
                    .map(StreamTest::states).anyMatch(states -> states.contains("lost")));
        }
    }

    private static List<String> states(JsonObject nodes) {
        JsonArray list = nodes.getJsonArray("nodes");
        return list.stream().map(node -> ((JsonObject) node).getString("state")).toList();
    }

    @Test
    void an_idle_mesh_still_gives_a_sign_of_life_each_second() {
        one.close();
        two.close();
        try (TestBrowser browser = TestBrowser.watch(aggregator.port())) {
            await().atMost(Duration.ofSeconds(12)).until(() -> browser.deltas().stream()
                    .filter(delta -> delta.getInt(20) == 0 && delta.getInt(24) == 0).count() >= 3);
        }
    }

    @Test
    void who_names_the_last_tick_it_saw_goes_on_from_there() {
        StreamDecoder seen = new StreamDecoder();
        try (TestBrowser browser = TestBrowser.watch(aggregator.port())) {
            await().until(() -> browser.messages.size() >= 4);
            browser.messages.stream().filter(ByteBuffer.class::isInstance)
                    .forEach(message -> seen.apply((ByteBuffer) message));
        }
        one.live(TestAgent.lost(two.node.id(), 3));

        try (TestBrowser again = TestBrowser.watch(aggregator.port(), "?run=" + seen.run + "&after=" + seen.tick)) {
            await().until(() -> again.deltas().size() >= 2);
            assertThat(again.snapshots()).isEmpty();
            again.deltas().forEach(seen::apply);
            assertThat(seen.cells.values()).singleElement().satisfies(code -> assertThat(code >>> 24).isEqualTo(DOWN));
        }
    }

    @Test
    void a_pair_can_be_watched_alone() {
        try (TestAgent three = TestAgent.join(aggregator.port(), "three")) {
            one.live(TestAgent.answered(two.node.id()), TestAgent.answered(three.node.id()));
            three.live(TestAgent.answered(one.node.id()));
            await().until(() -> aggregator.json("/api/v1/matrix").getJsonArray("cells").size() == 3);
            try (TestBrowser browser = TestBrowser.watch(aggregator.port(),
                    "?source=" + two.node.id() + "&destination=" + one.node.id() + "&kind=icmp-echo")) {
                await().until(() -> !browser.snapshots().isEmpty());
                assertThat(browser.snapshots().getFirst().getInt(24)).as("cells").isEqualTo(1);
            }
        }
        assertThat(aggregator.get("/api/v1/matrix.bin?kind=nothing").statusCode()).isEqualTo(400);
        assertThat(aggregator.get("/api/v1/matrix.bin?source=" + one.node.id()).body()).contains("go together");
    }

    @Test
    void the_snapshot_is_there_by_get_too() {
        HttpResponse<byte[]> answer = aggregator.bytes("/api/v1/matrix.bin");
        StreamDecoder snapshot = new StreamDecoder();
        snapshot.apply(ByteBuffer.wrap(answer.body()));

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/vnd.sentinel-mesh.matrix");
        assertThat(snapshot.cells).hasSize(1);
        OpenApi.ours().assertValid(aggregator.json("/api/v1/nodes"), "StreamNodes");
    }

    @Test
    void a_plain_request_is_told_that_this_is_a_websocket() {
        assertThat(aggregator.get("/api/v1/stream").statusCode()).isEqualTo(426);
        assertThat(aggregator.get("/api/v1/link").statusCode()).isEqualTo(426);
    }
}
