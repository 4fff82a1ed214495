package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.Frame.Refusal.Code;
import io.sentinelmesh.wire.FrameCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Whatever is refused on a link has a code, a counter of that code, and a word back. Those of third parties are in IngestTest. */
class RefusalTableTest {

    @TempDir
    static Path dataDir;

    private static final FakeStore store = new FakeStore();
    private static RunningAggregator aggregator;

    record Case(String what, Code code, String words, Consumer<TestAgent> says) {
        @Override
        public String toString() {
            return what;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        aggregator = RunningAggregator.over(store, dataDir, new ListenSettings("127.0.0.1", 0, Optional.empty()),
                new BatchQueue.Bounds(1, 500_000));
    }

    @AfterAll
    static void stop() {
        aggregator.close();
    }

    static List<Case> cases() {
        return List.of(
                new Case("bytes that are no frame", Code.MALFORMED, "",
                        agent -> agent.sendRaw("hello".getBytes(StandardCharsets.UTF_8))),
                new Case("a first frame that is no HELLO", Code.MALFORMED, "HELLO", agent -> agent.batch(1)),
                new Case("a format of the future", Code.UNSUPPORTED_VERSION, "update the aggregator",
                        agent -> agent.helloOfFormats(FrameCodec.FORMAT_VERSION + 7, FrameCodec.FORMAT_VERSION + 9)),
                new Case("a batch of another agent", Code.MALFORMED, "a batch of agent", agent -> {
                    agent.hello();
                    agent.send(new Frame.Batch(NodeId.random(), agent.boot, 1, Instant.now(), List.of(), List.of(), 0));
                }),
                new Case("rows of another agent", Code.MALFORMED, "rows of another", agent -> {
                    agent.hello();
                    agent.send(new Frame.Batch(agent.node.id(), agent.boot, 1, Instant.now(), List.of(),
                            List.of(new MatrixRow(NodeId.random(), ProbeKind.ICMP_ECHO, Instant.now(),
                                    Duration.ofSeconds(10), List.of())),
                            0));
                }),
                new Case("a gap in the sequence", Code.OUT_OF_ORDER, "where 2 was due", agent -> {
                    agent.hello();
                    agent.batch(1);
                    agent.batch(3);
                }),
                new Case("more boots than a spool has", Code.OVERLOADED, "boots on one link", agent -> {
                    agent.hello();
                    agent.await(Frame.Credit.class);
                    for (int boot = 1; boot <= 9; boot++) {
                        UUID each = UUID.randomUUID();
                        agent.batch(each, 1);
                        await().atMost(Duration.ofSeconds(8)).until(() -> !agent.of(Frame.Refusal.class).isEmpty()
                                || agent.of(Frame.Ack.class).contains(new Frame.Ack(each, 1)));
                    }
                }),
                new Case("more than the credit", Code.OVERLOADED, "only as many as its credit", agent -> {
                    agent.hello();
                    agent.await(Frame.Credit.class);
                    store.goesAway("connection refused");
                    // One in the writer's hand, one in the queue, eight parked.
                    for (int sequence = 1; sequence <= 11; sequence++) {
                        agent.batch(sequence);
                    }
                }),
                new Case("a frame that only the aggregator sends", Code.MALFORMED, "only the aggregator", agent -> {
                    agent.hello();
                    agent.send(new Frame.Credit(3));
                }));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void what_is_refused_has_a_code_a_counter_and_a_word(Case refused) {
        long before = counted(refused.code);
        try (TestAgent agent = TestAgent.connect(aggregator.port(), TestAgent.named("agent " + UUID.randomUUID()),
                UUID.randomUUID())) {
            refused.says.accept(agent);

            Frame.Refusal refusal = agent.await(Frame.Refusal.class);
            assertThat(refusal.code()).isEqualTo(refused.code);
            assertThat(refusal.message()).isNotBlank().contains(refused.words);
            agent.awaitClosed();
            assertThat(counted(refused.code)).isEqualTo(before + 1);
        } finally {
            store.comesBack();
        }
    }

    private static long counted(Code code) {
        String counter = "sentinel_link_refusals_total{code=\"" + code.name().toLowerCase(Locale.ROOT) + "\"} ";
        return aggregator.get("/metrics").body().lines().filter(line -> line.startsWith(counter))
                .mapToLong(line -> Long.parseLong(line.substring(counter.length()))).sum();
    }
}
