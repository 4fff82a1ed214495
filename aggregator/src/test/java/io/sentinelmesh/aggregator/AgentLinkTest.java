package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.aggregator.ingest.Credits;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The agents' side, through a real WebSocket and the real frames. */
class AgentLinkTest {

    @TempDir
    Path dataDir;
    private RunningAggregator aggregator;

    @BeforeEach
    void start() throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), dataDir);
    }

    @AfterEach
    void stop() {
        aggregator.close();
    }

    @Test
    void an_agent_that_says_hello_gets_settings_what_is_stored_and_credit_in_this_order() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {

            assertThat(one.received.subList(0, 3)).satisfiesExactly(
                    config -> assertThat(((Frame.Config) config).peers()).containsExactly(one.node),
                    ack -> assertThat(ack).isEqualTo(new Frame.Ack(one.boot, 0)),
                    credit -> assertThat(((Frame.Credit) credit).batches()).isPositive());
        }
    }

    @Test
    void agents_learn_of_those_that_come_later() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one");
                TestAgent two = TestAgent.join(aggregator.port(), "two")) {

            await().untilAsserted(() -> assertThat(one.of(Frame.Config.class).getLast().peers())
                    .containsExactlyInAnyOrder(one.node, two.node));
            assertThat(one.of(Frame.Config.class).getLast().version())
                    .isGreaterThan(one.of(Frame.Config.class).getFirst().version());
        }
    }

    private static Frame.Membership takingPart(String mode, String reason) {
        return new Frame.Membership(mode, reason, List.of("192.0.2.1"));
    }

    private JsonObject listed(String name) {
        return aggregator.json("/api/v1/agents").getJsonArray("agents").stream().map(JsonObject.class::cast)
                .filter(agent -> agent.getString("name").equals(name)).findFirst().orElseThrow();
    }

    @Test
    void how_an_agent_takes_part_and_why_is_listed_and_follows_what_it_says() {
        try (TestAgent one = TestAgent.connect(aggregator.port(), TestAgent.named("one"), UUID.randomUUID())) {
            one.hello(takingPart("client", "its port is not reached"));
            assertThat(one.await(Frame.DialBackAnswer.class)).isEqualTo(
                    new Frame.DialBackAnswer(0, Frame.DialBackAnswer.Outcome.NOT_TRIED, "", "127.0.0.1"));
            assertThat(listed("one").getJsonObject("membership"))
                    .isEqualTo(new JsonObject().put("mode", "client").put("reason", "its port is not reached"));

            one.send(new Frame.DialBack(takingPart("none", "no member is reached"), Optional.empty()));

            await().untilAsserted(() -> assertThat(listed("one").getJsonObject("membership").getString("mode"))
                    .isEqualTo("none"));
            assertThat(listed("one").getBoolean("behindNat")).isFalse();
        }
    }

    @Test
    void an_agent_that_asks_is_dialled_back_and_told_what_came_of_it() throws IOException {
        try (TestAgent one = TestAgent.connect(aggregator.port(), TestAgent.named("one"), UUID.randomUUID());
                ServerSocket port = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            one.hello(takingPart("none", "not joined yet"));
            one.await(Frame.DialBackAnswer.class);
            Thread.ofVirtual().start(() -> {
                try (Socket caller = port.accept()) {
                    caller.getOutputStream().write("word".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // The test ends.
                }
            });

            one.send(new Frame.DialBack(takingPart("none", "not joined yet"), Optional.of(
                    new Frame.DialBack.Question(42, "127.0.0.1", port.getLocalPort(), "word"))));

            await().untilAsserted(() -> assertThat(one.of(Frame.DialBackAnswer.class).getLast()).isEqualTo(
                    new Frame.DialBackAnswer(42, Frame.DialBackAnswer.Outcome.REACHED, "", "127.0.0.1")));
        }
    }

    @Test
    void an_agent_that_tells_nothing_of_its_membership_gets_no_frame_that_it_may_not_know() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.await(Frame.Ping.class);

            assertThat(one.of(Frame.DialBackAnswer.class)).isEmpty();
        }
    }

    @Test
    void a_batch_is_acknowledged_once_it_is_stored() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.batch(1, NodeId.random());
            one.batch(2, NodeId.random());

            one.awaitAck(2);
            assertThat(aggregator.store.sequencesOf(one.node.id())).containsExactly(1L, 2L);
        }
    }

    @Test
    void a_batch_that_comes_again_is_acknowledged_again_and_stored_once() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.batch(1, NodeId.random());
            one.awaitAck(1);
            one.received.clear();
            one.batch(1, NodeId.random());

            one.awaitAck(1);
            assertThat(aggregator.store.sequencesOf(one.node.id())).containsExactly(1L);
        }
    }

    @Test
    void a_batch_that_leaves_one_out_is_refused() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.batch(1, NodeId.random());
            one.batch(3, NodeId.random());

            assertThat(one.await(Frame.Refusal.class).code()).isEqualTo(Frame.Refusal.Code.OUT_OF_ORDER);
            one.awaitClosed();
        }
    }

    @Test
    void nothing_behind_a_refused_batch_is_taken() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.batch(1, NodeId.random());
            one.batch(3, NodeId.random());
            one.batch(2, NodeId.random());
            one.awaitClosed();

            // Closing writes whatever was queued.
            aggregator.close();
            assertThat(aggregator.store.sequencesOf(one.node.id())).containsExactly(1L);
        }
    }

    @Test
    void a_frame_of_a_kind_not_known_yet_is_passed_over_and_counted_and_the_link_goes_on() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            // Version 1, plain, three bytes: content number 40, of no bytes.
            one.sendRaw(new byte[]{'S', 'M', 1, 0, 3, 0, 0, 0, (byte) 0xc2, 2, 0});
            one.batch(1, NodeId.random());

            one.awaitAck(1);
            assertThat(aggregator.get("/metrics").body()).contains("sentinel_link_unknown_frames_total 1");
        }
    }

    @Test
    void nothing_behind_a_frame_that_makes_no_sense_is_taken() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.sendRaw(new byte[]{1, 2, 3, 4});
            one.batch(2, NodeId.random());
            one.awaitClosed();

            aggregator.close();
            assertThat(aggregator.store.sequencesOf(one.node.id())).isEmpty();
        }
    }

    @Test
    void an_agent_of_a_newer_release_that_still_speaks_this_format_is_taken() {
        try (TestAgent one = TestAgent.connect(aggregator.port(), TestAgent.named("one"), UUID.randomUUID())) {
            one.helloOfFormats(1, 3);
            one.batch(1, NodeId.random());

            one.awaitAck(1);
        }
    }

    @Test
    void an_agent_that_is_too_new_is_told_to_have_the_aggregator_updated() {
        try (TestAgent one = TestAgent.connect(aggregator.port(), TestAgent.named("one"), UUID.randomUUID())) {
            one.helloOfFormats(2, 3);

            Frame.Refusal refusal = one.await(Frame.Refusal.class);
            assertThat(refusal.code()).isEqualTo(Frame.Refusal.Code.UNSUPPORTED_VERSION);
            assertThat(refusal.message()).isEqualTo(
                    "this aggregator speaks frame format 1, the agent 2 to 3: update the aggregator");
            one.awaitClosed();
        }
    }

    @Test
    void an_agent_that_is_too_old_is_told_to_be_updated() {
        try (TestAgent one = TestAgent.connect(aggregator.port(), TestAgent.named("one"), UUID.randomUUID())) {
            one.helloOfFormats(0, 0);

            Frame.Refusal refusal = one.await(Frame.Refusal.class);
            assertThat(refusal.code()).isEqualTo(Frame.Refusal.Code.UNSUPPORTED_VERSION);
            assertThat(refusal.message()).isEqualTo(
                    "this aggregator speaks frame format 1, the agent 0: update the agent");
            one.awaitClosed();
        }
    }

    @Test
    void a_hello_with_control_characters_is_refused_before_it_reaches_the_database() {
        MeshNode node = TestAgent.named("one");
        try (TestAgent one = TestAgent.connect(aggregator.port(), node, UUID.randomUUID())) {
            Instant now = Instant.now();
            byte[] hello = FrameCodec.encode(new Frame.Hello(FrameCodec.FORMAT_VERSION, node, one.boot, "0.1",
                    ProbeKind.ICMP_ECHO, "icmp~raw", "", now, now));
            // Our own encoder refuses it, so a stranger's is imitated.
            String bytes = new String(hello, StandardCharsets.ISO_8859_1).replace("icmp~raw", "icmp\u0000raw");
            one.sendRaw(bytes.getBytes(StandardCharsets.ISO_8859_1));

            Frame.Refusal refusal = one.await(Frame.Refusal.class);
            assertThat(refusal.code()).isEqualTo(Frame.Refusal.Code.MALFORMED);
            assertThat(refusal.message()).contains("rung").contains("control character");
            assertThat(aggregator.store.agents()).isEmpty();
        }
    }

    @Test
    void the_first_batch_after_a_reconnect_may_leave_out_what_the_agent_had_to_drop() {
        MeshNode node = TestAgent.named("one");
        UUID boot = UUID.randomUUID();
        try (TestAgent one = TestAgent.join(aggregator.port(), node, boot)) {
            one.batch(1, NodeId.random());
            one.awaitAck(1);
        }
        try (TestAgent again = TestAgent.join(aggregator.port(), node, boot)) {
            assertThat(again.await(Frame.Ack.class)).isEqualTo(new Frame.Ack(boot, 1));
            again.batch(5, NodeId.random());

            again.awaitAck(5);
        }
    }

    @Test
    void a_name_that_another_agent_has_is_refused_with_the_remedy() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one");
                TestAgent thief = TestAgent.connect(aggregator.port(), TestAgent.named("one"), UUID.randomUUID())) {
            thief.hello();

            Frame.Refusal refusal = thief.await(Frame.Refusal.class);
            assertThat(refusal.code()).isEqualTo(Frame.Refusal.Code.NAME_TAKEN);
            assertThat(refusal.message()).contains("give this agent another name");
            thief.awaitClosed();
            assertThat(one.closed()).isFalse();
        }
    }

    @Test
    void a_newer_link_of_the_same_agent_takes_the_place_of_the_older() {
        MeshNode node = TestAgent.named("one");
        try (TestAgent older = TestAgent.join(aggregator.port(), node, UUID.randomUUID());
                TestAgent newer = TestAgent.join(aggregator.port(), node, UUID.randomUUID())) {
            older.awaitClosed();

            newer.batch(1, NodeId.random());
            newer.awaitAck(1);
        }
    }

    @Test
    void a_link_that_does_not_begin_with_hello_is_closed() {
        try (TestAgent rude = TestAgent.connect(aggregator.port(), TestAgent.named("rude"), UUID.randomUUID())) {
            rude.batch(1, NodeId.random());

            assertThat(rude.await(Frame.Refusal.class).code()).isEqualTo(Frame.Refusal.Code.MALFORMED);
            rude.awaitClosed();
        }
    }

    @Test
    void a_link_that_says_nothing_is_closed_after_five_seconds() {
        try (TestAgent dumb = TestAgent.connect(aggregator.port(), TestAgent.named("dumb"), UUID.randomUUID())) {
            dumb.awaitClosed();

            assertThat(dumb.of(Frame.Refusal.class)).hasSize(1);
        }
    }

    @Test
    void garbage_ends_a_link_with_a_word() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.sendRaw(new byte[]{1, 2, 3, 4});

            assertThat(one.await(Frame.Refusal.class).code()).isEqualTo(Frame.Refusal.Code.MALFORMED);
            one.awaitClosed();
        }
    }

    @Test
    void one_agent_cannot_speak_for_another() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            Frame.Batch foreign = new Frame.Batch(NodeId.random(), one.boot, 1, Instant.now(), List.of(),
                    List.of(), 0);
            one.send(foreign);

            assertThat(one.await(Frame.Refusal.class).code()).isEqualTo(Frame.Refusal.Code.MALFORMED);
        }
    }

    @Test
    void nothing_is_acknowledged_while_the_database_is_away_and_nothing_is_lost() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            aggregator.store.goesAway("connection refused");
            one.batch(1, NodeId.random());
            one.batch(2, NodeId.random());
            await().until(() -> aggregator.store.appends() >= 2);
            assertThat(one.of(Frame.Ack.class)).containsExactly(new Frame.Ack(one.boot, 0));

            aggregator.store.comesBack();

            one.awaitAck(2);
            assertThat(aggregator.store.sequencesOf(one.node.id())).containsExactly(1L, 2L);
        }
    }

    @Test
    void a_known_agent_may_come_while_the_database_is_away_and_a_new_one_is_told_to_wait() {
        MeshNode node = TestAgent.named("one");
        TestAgent.join(aggregator.port(), node, UUID.randomUUID()).close();
        aggregator.store.goesAway("connection refused");

        try (TestAgent again = TestAgent.join(aggregator.port(), node, UUID.randomUUID());
                TestAgent fresh = TestAgent.connect(aggregator.port(), TestAgent.named("two"), UUID.randomUUID())) {
            fresh.hello();

            assertThat(fresh.await(Frame.Refusal.class).code()).isEqualTo(Frame.Refusal.Code.OVERLOADED);
            assertThat(again.closed()).isFalse();
        }
    }

    @Test
    void an_agent_that_vanishes_is_lost_within_five_seconds_and_one_that_says_goodbye_has_left() {
        TestAgent vanishing = TestAgent.join(aggregator.port(), "vanishing");
        TestAgent leaving = TestAgent.join(aggregator.port(), "leaving");
        try (TestAgent staying = TestAgent.join(aggregator.port(), "staying")) {
            vanishing.vanish();
            leaving.send(new Frame.Goodbye("told to stop"));

            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                assertThat(stateOf("vanishing")).isEqualTo("lost");
                assertThat(stateOf("leaving")).isEqualTo("left");
            });
            assertThat(stateOf("staying")).isEqualTo("connected");
            assertThat(staying.of(Frame.Config.class).getLast().peers()).contains(vanishing.node)
                    .doesNotContain(leaving.node);
        }
    }

    @Test
    void a_link_that_is_open_but_silent_is_lost_too() {
        try (TestAgent frozen = TestAgent.join(aggregator.port(), "frozen")) {
            frozen.answersPings = false;

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(stateOf("frozen")).isEqualTo("lost"));
            frozen.awaitClosed();
        }
    }

    @Test
    void one_agent_cannot_bring_rows_of_another() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            MatrixRow foreign = new MatrixRow(NodeId.random(), ProbeKind.ICMP_ECHO,
                    Instant.ofEpochSecond(1_795_000_000),
                    Duration.ofSeconds(10), List.of());
            one.send(new Frame.Batch(one.node.id(), one.boot, 1, Instant.now(), List.of(), List.of(foreign), 0));

            assertThat(one.await(Frame.Refusal.class).code()).isEqualTo(Frame.Refusal.Code.MALFORMED);
            assertThat(aggregator.store.sequencesOf(one.node.id())).isEmpty();
        }
    }

    @Test
    void a_message_beyond_the_largest_frame_ends_the_link() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.sendRaw(new byte[FrameCodec.MAX_FRAME_BYTES + 1]);

            one.awaitClosed();
            assertThat(one.await(Frame.Refusal.class).message()).contains("at most " + FrameCodec.MAX_FRAME_BYTES);
            assertThat(aggregator.get("/metrics").body()).contains("\nsentinel_link_too_large_total 1\n");
        }
    }

    @Test
    void text_ends_the_link() {
        try (TestAgent one = TestAgent.join(aggregator.port(), "one")) {
            one.sendText("hello");

            one.awaitClosed();
        }
    }

    @Test
    void credit_shrinks_while_the_database_is_away_and_comes_back_with_it() throws IOException {
        FakeStore store = new FakeStore();
        try (RunningAggregator small = RunningAggregator.over(store, dataDir,
                new ListenSettings("127.0.0.1", 0, Optional.empty()), new BatchQueue.Bounds(10, 500_000));
                TestAgent one = TestAgent.join(small.port(), "one")) {
            int open = one.await(Frame.Credit.class).batches();
            store.goesAway("connection refused");
            one.batch(1, NodeId.random());
            await().until(() -> store.appends() > 0);
            for (int sequence = 2; sequence <= open; sequence++) {
                one.batch(sequence, NodeId.random());
            }
            await().untilAsserted(() -> assertThat(one.of(Frame.Credit.class).getLast().batches()).isZero());

            store.comesBack();

            one.awaitAck(open);
            await().untilAsserted(() -> assertThat(one.of(Frame.Credit.class).getLast().batches()).isEqualTo(open));
        }
    }

    @Test
    void a_queue_that_is_full_costs_no_link_and_holds_up_no_live_row() throws IOException {
        FakeStore store = new FakeStore();
        try (RunningAggregator small = RunningAggregator.over(store, dataDir,
                new ListenSettings("127.0.0.1", 0, Optional.empty()), new BatchQueue.Bounds(1, 500_000));
                TestAgent one = TestAgent.join(small.port(), "one");
                TestAgent two = TestAgent.join(small.port(), "two")) {
            store.goesAway("connection refused");
            one.batch(1, NodeId.random());
            await().until(() -> store.appends() > 0);
            for (int sequence = 2; sequence <= Credits.OPEN; sequence++) {
                one.batch(sequence, NodeId.random());
            }
            two.batch(1, NodeId.random());
            one.live(TestAgent.answered(two.node.id()));

            await().until(() -> small.json("/api/v1/matrix").getJsonArray("cells").size() == 1);
            await().until(() -> small.get("/metrics").body().contains("sentinel_link_parked_batches 7\n"));
            assertThat(one.of(Frame.Refusal.class)).isEmpty();

            store.comesBack();

            one.awaitAck(Credits.OPEN);
            two.awaitAck(1);
            assertThat(store.sequencesOf(one.node.id())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
            assertThat(small.get("/metrics").body()).contains("sentinel_link_parked_bytes 0\n");
        }
    }

    @Test
    void what_waits_of_a_link_that_ended_comes_again_by_the_next() throws IOException {
        FakeStore store = new FakeStore();
        try (RunningAggregator small = RunningAggregator.over(store, dataDir,
                new ListenSettings("127.0.0.1", 0, Optional.empty()), new BatchQueue.Bounds(1, 500_000));
                TestAgent one = TestAgent.join(small.port(), "one")) {
            store.goesAway("connection refused");
            one.batch(1, NodeId.random());
            await().until(() -> store.appends() > 0);
            for (int sequence = 2; sequence <= 5; sequence++) {
                one.batch(sequence, NodeId.random());
            }
            await().until(() -> small.get("/metrics").body().contains("sentinel_link_parked_batches 3\n"));

            try (TestAgent again = TestAgent.join(small.port(), one.node, one.boot)) {
                await().until(() -> small.get("/metrics").body().contains("sentinel_link_parked_batches 0\n"));
                for (int sequence = 1; sequence <= 5; sequence++) {
                    again.batch(sequence, NodeId.random());
                }
                store.comesBack();

                again.awaitAck(5);
                assertThat(store.sequencesOf(one.node.id())).containsExactly(1L, 2L, 3L, 4L, 5L);
            }
        }
    }

    @Test
    void a_new_link_gets_credit_by_the_room_there_is_now() throws IOException {
        FakeStore store = new FakeStore();
        try (RunningAggregator small = RunningAggregator.over(store, dataDir,
                new ListenSettings("127.0.0.1", 0, Optional.empty()), new BatchQueue.Bounds(10, 500_000));
                TestAgent one = TestAgent.join(small.port(), "one")) {
            int open = one.await(Frame.Credit.class).batches();
            store.goesAway("connection refused");
            one.batch(1, NodeId.random());
            await().until(() -> store.appends() > 0);
            for (int sequence = 2; sequence <= open; sequence++) {
                one.batch(sequence, NodeId.random());
            }
            await().untilAsserted(() -> assertThat(one.of(Frame.Credit.class).getLast().batches()).isZero());
            // The writer takes what is queued to try it batch by batch, and settles none of it.
            store.refuses(batch -> batch.agent().equals(one.node.id()));
            store.comesBack();
            await().until(() -> small.get("/metrics").body().contains("sentinel_store_queue_batches 0\n"));

            try (TestAgent two = TestAgent.join(small.port(), "two")) {
                assertThat(two.await(Frame.Credit.class).batches()).isEqualTo(open);
            }
        }
    }

    @Test
    void what_an_agent_had_to_drop_is_shown_and_outlives_a_new_link() {
        MeshNode node = TestAgent.named("one");
        UUID boot = UUID.randomUUID();
        try (TestAgent one = TestAgent.join(aggregator.port(), node, boot)) {
            one.send(new Frame.Batch(node.id(), boot, 1, Instant.now(), List.of(), List.of(), 7));
            one.awaitAck(1);
        }
        try (TestAgent again = TestAgent.join(aggregator.port(), node, boot)) {
            assertThat(agent("one").getLong("roundsDropped")).isEqualTo(7);
        }
    }

    private String stateOf(String name) {
        return agent(name).getString("state");
    }

    private JsonObject agent(String name) {
        return aggregator.json("/api/v1/agents").getJsonArray("agents").stream().map(JsonObject.class::cast)
                .filter(agent -> agent.getString("name").equals(name)).findFirst().orElseThrow();
    }
}
