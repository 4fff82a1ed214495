package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StopAndStartTest {

    @TempDir
    Path dataDir;

    @Test
    void the_mesh_the_page_and_the_door_hold_up_nobody_but_themselves() throws IOException {
        try (RunningAggregator aggregator = RunningAggregator.over(new FakeStore(), dataDir)) {
            assertThat(aggregator.eventLoops()).isEqualTo(3);
        }
    }

    @Test
    void stopping_stores_and_acknowledges_what_was_queued() throws IOException {
        FakeStore store = new FakeStore();
        RunningAggregator aggregator = RunningAggregator.over(store, dataDir);
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            store.goesAway("restarting");
            one.batch(1, NodeId.random());
            await().until(() -> store.appends() > 0);
            one.batch(2, NodeId.random());
            one.send(new Frame.Ping(7, java.time.Instant.now()));
            one.await(Frame.Pong.class);
            store.comesBack();

            aggregator.close();

            assertThat(store.sequencesOf(one.node.id())).containsExactly(1L, 2L);
            one.awaitAck(2);
            one.awaitClosed();
            assertThat(one.of(Frame.Credit.class).getLast()).as("no more, please").isEqualTo(new Frame.Credit(0));
            assertThat(store.closed()).isTrue();
        }
    }

    @Test
    void amid_a_load_a_stop_acknowledges_all_that_it_stored_and_nothing_else() throws IOException {
        FakeStore store = new FakeStore();
        RunningAggregator aggregator = RunningAggregator.over(store, dataDir);
        List<TestAgent> agents = Stream.of("one", "two", "three").map(name -> TestAgent.join(aggregator.port(), name))
                .toList();
        try {
            for (int sequence = 1; sequence <= 8; sequence++) {
                for (TestAgent agent : agents) {
                    agent.batch(sequence, NodeId.random());
                }
                if (sequence == 4) {
                    await().until(() -> store.appends() > 0);
                }
            }

            aggregator.close();

            for (TestAgent agent : agents) {
                agent.awaitClosed();
                long acknowledged = agent.of(Frame.Ack.class).getLast().sequence();
                assertThat(store.sequencesOf(agent.node.id()))
                        .isEqualTo(LongStream.rangeClosed(1, acknowledged).boxed().toList());
            }
        } finally {
            agents.forEach(TestAgent::close);
        }
    }

    @Test
    void stopping_ends_in_time_even_if_the_database_never_comes_back() throws IOException {
        FakeStore store = new FakeStore();
        RunningAggregator aggregator = RunningAggregator.over(store, dataDir);
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            store.goesAway("gone");
            one.batch(1, NodeId.random());
            await().until(() -> store.appends() > 0);

            long start = System.nanoTime();
            aggregator.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            assertThat(one.of(Frame.Ack.class)).containsExactly(new Frame.Ack(one.boot, 0));
        }
    }

    @Test
    void after_a_restart_agents_are_known_and_what_is_stored_is_acknowledged() throws IOException {
        FakeStore store = new FakeStore();
        MeshNode node = TestAgent.named("one");
        UUID boot = UUID.randomUUID();
        try (RunningAggregator aggregator = RunningAggregator.over(store, dataDir);
                TestAgent leaver = TestAgent.join(aggregator.port(), "leaver");
                TestAgent one = TestAgent.join(aggregator.port(), node, boot)) {
            one.batch(1, NodeId.random());
            one.batch(2, NodeId.random());
            one.awaitAck(2);
            leaver.send(new Frame.Goodbye("told to stop"));
            leaver.awaitClosed();
        }

        try (RunningAggregator aggregator = RunningAggregator.over(store, dataDir)) {
            assertThat(stateOf(aggregator, "one")).isEqualTo("lost");
            assertThat(stateOf(aggregator, "leaver")).isEqualTo("left");
            try (TestAgent again = TestAgent.join(aggregator.port(), node, boot)) {
                assertThat(again.await(Frame.Ack.class)).isEqualTo(new Frame.Ack(boot, 2));
                assertThat(again.await(Frame.Config.class).peers()).containsExactly(node);
            }
        }
    }

    private static String stateOf(RunningAggregator aggregator, String name) {
        return aggregator.json("/api/v1/agents").getJsonArray("agents").stream().map(JsonObject.class::cast)
                .filter(agent -> agent.getString("name").equals(name)).findFirst().orElseThrow().getString("state");
    }

    @Test
    void a_database_that_does_not_answer_makes_the_aggregator_alive_and_not_ready() throws IOException {
        FakeStore store = new FakeStore();
        try (RunningAggregator aggregator = RunningAggregator.over(store, dataDir)) {
            store.goesAway("connection refused");

            await().atMost(Duration.ofSeconds(6)).untilAsserted(
                    () -> assertThat(aggregator.get("/healthz/ready").statusCode()).isEqualTo(503));
            assertThat(aggregator.get("/healthz/ready").body()).contains("connection refused");
            assertThat(aggregator.get("/healthz/live").statusCode()).isEqualTo(200);
            assertThat(aggregator.get("/healthz").statusCode()).isEqualTo(200);
        }
    }
}
