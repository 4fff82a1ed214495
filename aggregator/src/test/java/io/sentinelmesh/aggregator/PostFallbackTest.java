package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.link.AggregatorLink;
import io.sentinelmesh.agent.link.LinkListener;
import io.sentinelmesh.agent.link.LinkMode;
import io.sentinelmesh.agent.link.LinkSecurity;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.agent.spool.SpoolSettings;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An agent's own link and a real aggregator, with a box in between that does not like WebSockets. */
class PostFallbackTest {

    /** How long POST serves before a WebSocket is tried again; a minute outside of tests. */
    private static final Duration TRIAL = Duration.ofSeconds(4);
    private static final Duration SOON = Duration.ofSeconds(30);

    private final MeshNode self = TestAgent.named("one");
    private final NodeId peer = NodeId.random();
    private final UUID boot = UUID.randomUUID();
    private final Vertx vertx = Vertx.vertx();
    private final List<Frame.Config> configured = new CopyOnWriteArrayList<>();
    private final List<Frame.Settings> settings = new CopyOnWriteArrayList<>();
    private final List<Frame.Refusal> refused = new CopyOnWriteArrayList<>();
    private int rounds;

    @TempDir
    Path folder;
    private RunningAggregator aggregator;
    private MiddleBox box;
    private Spool spool;
    private AggregatorLink link;

    @BeforeEach
    void start() throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), folder);
        spool = Spool.open(folder.resolve(Spool.FOLDER), SpoolSettings.DEFAULT, self.id(), boot, Spool.Company.NONE,
                Clock.systemUTC());
    }

    @AfterEach
    void stop() throws IOException {
        link.close();
        spool.close();
        box.close();
        aggregator.close();
        Future<Void> _ = vertx.close();
    }

    private void link(MiddleBox.Manner manner) throws IOException {
        box = new MiddleBox(aggregator.port(), manner);
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        AgentConfig config = new AgentConfig(self.name(), self.site(), false, loopback, Optional.empty(),
                OptionalInt.of(0), folder, List.of(URI.create("ws://127.0.0.1:" + box.port())), Optional.empty(),
                folder.resolve("unused.key"), true,
                new AgentConfig.Membership(MembershipMode.NONE, loopback, 1, List.of()), List.of(),
                SettingsDocument.EMPTY, Optional.empty());
        link = new AggregatorLink(vertx, config, new LinkSecurity.Plain(Optional.empty()), this::hello,
                () -> HealthVerdict.WELL, spool, new LinkListener() {
                    @Override
                    public void configured(Frame.Config told) {
                        configured.add(told);
                    }

                    @Override
                    public void settings(Frame.Settings told) {
                        settings.add(told);
                        link.reply(new Frame.SettingsReply(told.version(), true, "", List.of()));
                    }

                    @Override
                    public void dialBack(Frame.DialBackAnswer answer) {
                        // Not of the link.
                    }

                    @Override
                    public void unlinked() {
                        // Seen by its status.
                    }

                    @Override
                    public void refused(Frame.Refusal refusal) {
                        refused.add(refusal);
                    }
                }, Clock.systemUTC(), TRIAL);
        link.start();
    }

    private Frame.Hello hello() {
        Instant now = Instant.now();
        return new Frame.Hello(FrameCodec.FORMAT_VERSION, self, boot, "0.1.0", ProbeKind.ICMP_ECHO, "icmp-raw", "", now,
                now, OptionalLong.of(0));
    }

    private PairResult result() {
        return PairResult.of(peer, 10, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190);
    }

    private void round() {
        Instant start = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 10 * 10 - 6_000 + rounds++ * 10L);
        spool.add(new MatrixRow(self.id(), ProbeKind.ICMP_ECHO, start, Duration.ofSeconds(10), List.of(result())));
    }

    private void awaitMode(LinkMode mode) {
        await().atMost(SOON).until(() -> link.status().mode().filter(way -> way.startsWith(mode.word())).isPresent());
    }

    private void awaitAllAcknowledged() {
        await().atMost(SOON).until(() -> spool.balance().acknowledged().rows() == rounds);
        List<Long> stored = aggregator.store.sequencesOf(self.id());
        // Each batch once, and none left out.
        assertThat(stored).isEqualTo(LongStream.rangeClosed(1, stored.size()).boxed().toList());
    }

    @ParameterizedTest
    @EnumSource(names = {"ANSWERS_400", "KILLS"})
    void where_no_websocket_gets_through_rows_arrive_by_post_and_once_one_does_it_is_back(MiddleBox.Manner manner)
            throws IOException {
        round();
        link(manner);
        awaitMode(LinkMode.POST);
        assertThat(link.status().mode().orElse("")).containsAnyOf("HTTP 400", "end within seconds");
        round();
        awaitAllAcknowledged();
        // The trials that fail in between lose nothing.
        int before = box.upgrades.get();
        await().atMost(SOON).until(() -> box.upgrades.get() > before);
        round();
        awaitAllAcknowledged();

        box.becomes(MiddleBox.Manner.FRIENDLY);

        awaitMode(LinkMode.WEBSOCKET);
        round();
        awaitAllAcknowledged();
        assertThat(link.status().mode()).contains(LinkMode.WEBSOCKET.word());
    }

    @Test
    void a_websocket_that_gets_through_is_used_and_post_is_never_tried() throws IOException {
        link(MiddleBox.Manner.FRIENDLY);
        round();

        awaitAllAcknowledged();
        assertThat(link.status().mode()).contains(LinkMode.WEBSOCKET.word());
        assertThat(box.posts).hasValue(0);
    }

    @Test
    void by_post_an_agent_is_seen_live_gets_peers_and_settings_and_learns_the_time() throws IOException {
        link(MiddleBox.Manner.ANSWERS_400);
        awaitMode(LinkMode.POST);
        try (TestAgent two = TestAgent.join(aggregator.port(), "two")) {
            await().atMost(SOON).until(() -> configured.getLast().peers().contains(two.node));
        }
        await().atMost(SOON).until(() -> link.clockOffset().isPresent());
        assertThat(Math.abs(link.clockOffset().orElseThrow().offsetMicros()))
                .isLessThanOrEqualTo(link.clockOffset().orElseThrow().boundMicros());
        aggregator.put("/api/v1/settings?author=ops", "rounds:\n  packets: 20\n", "If-Match", "\"0\"");
        await().atMost(SOON).until(() -> settings.stream().anyMatch(told -> told.version() == 1));

        link.live(new LiveRow(self.id(), ProbeKind.ICMP_ECHO, Instant.now(), Duration.ofSeconds(10),
                List.of(TestAgent.answered(peer))));

        await().atMost(SOON).until(() -> aggregator.get("/metrics").body()
                .contains("sentinel_link_frames_received_total{kind=\"live\"} 1"));
    }

    @Test
    void a_session_that_the_aggregator_has_lost_begins_anew_with_what_is_not_acknowledged() throws IOException {
        link(MiddleBox.Manner.ANSWERS_400);
        awaitMode(LinkMode.POST);
        aggregator.store.goesAway("connection refused");
        round();
        round();
        await().atMost(SOON).until(() -> aggregator.get("/metrics").body()
                .contains("sentinel_link_frames_received_total{kind=\"batch\"} "));

        box.cutAll();
        aggregator.store.comesBack();

        round();
        awaitAllAcknowledged();
    }
}
