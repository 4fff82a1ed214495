package io.sentinelmesh.agent.link;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.agent.config.SecretFile;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.agent.spool.SpoolSettings;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The agent's end of the link against a real server on loopback. */
class AggregatorLinkTest {

    private static final NodeId SELF = NodeId.random();
    private static final NodeId PEER = NodeId.random();
    private static final UUID BOOT = UUID.randomUUID();
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Vertx vertx = Vertx.vertx();
    private final ListeningAggregator aggregator = new ListeningAggregator();
    private final List<Frame.Config> configured = new CopyOnWriteArrayList<>();
    private final List<Frame.Refusal> refused = new CopyOnWriteArrayList<>();
    private final List<Frame.DialBackAnswer> answers = new CopyOnWriteArrayList<>();
    private final AtomicInteger unlinks = new AtomicInteger();
    private ProxySettings proxy = new ProxySettings.None();
    private volatile HealthVerdict verdict = HealthVerdict.WELL;
    private Optional<AggregatorLink> link = Optional.empty();

    @TempDir
    private Path folder;
    private Spool spool;

    @BeforeEach
    void openSpool() {
        spool = spoolOf(BOOT);
    }

    private Spool spoolOf(UUID boot) {
        return Spool.open(folder.resolve(Spool.FOLDER), SpoolSettings.DEFAULT, SELF, boot, Spool.Company.NONE,
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        link.ifPresent(AggregatorLink::close);
        spool.close();
        aggregator.close();
        Future<Void> _ = vertx.close();
    }

    @Test
    void an_agent_says_hello_first_and_holds_everything_else_until_it_is_accepted() {
        round(0);
        started();
        live(1);
        await().until(() -> aggregator.heard(Frame.Hello.class).size() == 1);

        assertThat(aggregator.heard(Frame.class)).hasSize(1);
        accept(4);
        await().until(() -> aggregator.heard(Frame.Batch.class).size() == 1);
    }

    @Test
    void batches_go_within_the_credit_and_go_on_with_the_acknowledgement() {
        started();
        accept(1);
        round(0);
        await().until(() -> aggregator.heard(Frame.Batch.class).size() == 1);
        round(1);
        aggregator.say(new Frame.Ping(7, START));
        await().until(() -> !aggregator.heard(Frame.Pong.class).isEmpty());
        assertThat(aggregator.heard(Frame.Batch.class)).hasSize(1);

        aggregator.say(new Frame.Ack(BOOT, 1));

        await().until(() -> aggregator.heard(Frame.Batch.class).size() == 2);
        assertThat(aggregator.heard(Frame.Batch.class)).extracting(Frame.Batch::sequence).containsExactly(1L, 2L);
        assertThat(spool.balance().acknowledged().rows()).isEqualTo(1);
    }

    @Test
    void what_was_not_acknowledged_goes_again_over_the_next_link_before_anything_new() {
        started();
        accept(4);
        round(0);
        await().until(() -> aggregator.heard(Frame.Batch.class).size() == 1);
        aggregator.cutLink();
        round(1);
        await().until(() -> aggregator.links() == 2);
        assertThat(unlinks).hasPositiveValue();
        accept(4);

        await().until(() -> aggregator.heard(Frame.Batch.class).size() == 3);
        assertThat(aggregator.heard(Frame.Batch.class)).extracting(Frame.Batch::sequence)
                .containsExactly(1L, 1L, 2L);
    }

    @Test
    void rounds_of_the_time_without_an_aggregator_arrive_when_it_is_back() {
        started();
        accept(4);
        aggregator.goAway();
        for (int i = 0; i < 20; i++) {
            round(i);
        }

        aggregator.comeBack();
        await().until(() -> aggregator.links() == 2);
        accept(8);

        await().until(() -> aggregator.heard(Frame.Batch.class).stream().mapToInt(b -> b.rows().size()).sum() == 20);
    }

    @Test
    void rounds_of_earlier_runs_arrive_first_each_under_its_own_boot() {
        round(0);
        spool.close();
        UUID second = UUID.randomUUID();
        spool = spoolOf(second);
        round(1);
        started();
        accept(8);

        await().until(() -> aggregator.heard(Frame.Batch.class).size() == 2);
        assertThat(aggregator.heard(Frame.Batch.class)).extracting(Frame.Batch::boot).containsExactly(BOOT, second);
    }

    @Test
    void more_runs_than_a_link_may_carry_arrive_over_several_links() {
        int runs = LinkOrder.MAX_BOOTS + 2;
        for (int run = 0; run < runs; run++) {
            spool.close();
            spool = spoolOf(UUID.randomUUID());
            round(run);
        }
        started();
        accept(8);
        await().until(() -> aggregator.heard(Frame.Batch.class).size() == LinkOrder.MAX_BOOTS);
        assertThat(aggregator.links()).isEqualTo(1);

        aggregator.heard(Frame.Batch.class).forEach(batch -> aggregator.say(new Frame.Ack(batch.boot(), 1)));
        await().until(() -> aggregator.links() == 2);
        accept(8);

        await().until(() -> aggregator.heard(Frame.Batch.class).size() == runs);
    }

    @Test
    void a_backlog_is_paced_and_live_rows_go_meanwhile() {
        int rounds = 60;
        for (int i = 0; i < rounds; i++) {
            wideRound(i);
        }
        started();
        accept(8);
        await().until(() -> !aggregator.heard(Frame.Batch.class).isEmpty());
        for (int i = 0; i < 50; i++) {
            aggregator.heard(Frame.Batch.class)
                    .forEach(batch -> aggregator.say(new Frame.Ack(BOOT, batch.sequence())));
            aggregator.say(new Frame.Ping(i, START));
        }
        live(1);

        await().atMost(Duration.ofSeconds(1)).until(() -> !aggregator.heard(Frame.Live.class).isEmpty());
        int rowsSoFar = aggregator.heard(Frame.Batch.class).stream().mapToInt(batch -> batch.rows().size()).sum();
        assertThat(rowsSoFar).isLessThan(rounds);
    }

    @Test
    void in_a_hurry_neither_the_pace_nor_more_rows_are_waited_for() {
        int rounds = 40;
        for (int i = 0; i < rounds; i++) {
            wideRound(i);
        }
        AggregatorLink hurried = started();
        accept(8);
        await().until(() -> !configured.isEmpty());

        hurried.hurry(Duration.ofSeconds(30));

        // By the pace it takes longer, and the newest batch would wait for 20 s.
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            aggregator.heard(Frame.Batch.class)
                    .forEach(batch -> aggregator.say(new Frame.Ack(BOOT, batch.sequence())));
            return spool.balance().acknowledged().rows() == rounds;
        });
    }

    @Test
    void how_the_link_is_is_known_with_the_reason() {
        AggregatorLink known = started();
        assertThat(known.status().linked()).isFalse();
        accept(1);
        await().until(() -> known.status().linked());
        assertThat(known.status().aggregator()).isEqualTo(aggregator.uri().toString());

        aggregator.say(new Frame.Refusal(Frame.Refusal.Code.NAME_TAKEN, "the name is taken"));
        aggregator.cutLink();

        await().until(() -> unlinks.get() > 0);
        // What it said is worth more than that it closed the connection then.
        assertThat(known.status().state()).isEqualTo(LinkStatus.State.REFUSED);
        assertThat(known.status().why()).contains("the name is taken");
    }

    @Test
    void a_live_row_says_whether_it_is_to_be_believed() {
        started();
        accept(1);
        await().until(() -> !configured.isEmpty());
        verdict = new HealthVerdict(List.of(Impairment.STOPPED));

        live(1);

        await().untilAsserted(() -> assertThat(aggregator.heard(Frame.Live.class)).extracting(Frame.Live::verdict)
                .containsExactly(verdict));
    }

    @Test
    void of_live_rows_only_the_newest_is_kept_while_there_is_no_link() {
        aggregator.goAway();
        started();
        live(1);
        live(2);
        live(3);
        aggregator.comeBack();
        await().until(() -> aggregator.links() == 1);
        accept(4);

        await().until(() -> !aggregator.heard(Frame.Live.class).isEmpty());
        assertThat(aggregator.heard(Frame.Live.class))
                .extracting(live -> live.row().cells().getFirst().latest().sent())
                .containsExactly(3);
    }

    @Test
    void a_line_names_an_endpoint_once_and_again_when_it_changed() {
        started();
        accept(1);
        await().until(() -> !configured.isEmpty());
        MeshNode endpoint = new MeshNode(PEER, MeshNode.Role.ENDPOINT, "resolver", "outside", "192.0.2.53");
        MeshNode absent = new MeshNode(NodeId.random(), MeshNode.Role.ENDPOINT, "other", "outside", "192.0.2.54");
        link.orElseThrow().endpoints(List.of(endpoint, absent));

        liveOneByOne(1, 2);
        MeshNode moved = new MeshNode(PEER, MeshNode.Role.ENDPOINT, "resolver", "outside", "192.0.2.55");
        link.orElseThrow().endpoints(List.of(moved, absent));
        liveOneByOne(3, 4);
        assertThat(aggregator.heard(Frame.Live.class)).extracting(Frame.Live::endpoints)
                .containsExactly(List.of(endpoint), List.of(), List.of(moved), List.of());

        aggregator.goAway();
        aggregator.comeBack();
        await().until(() -> aggregator.links() == 2);
        accept(1);
        await().until(() -> configured.size() == 2);
        liveOneByOne(5, 5);
        assertThat(aggregator.heard(Frame.Live.class).getLast().endpoints()).containsExactly(moved);
    }

    private void liveOneByOne(int first, int last) {
        for (int sent = first; sent <= last; sent++) {
            int number = sent;
            live(number);
            await().until(() -> aggregator.heard(Frame.Live.class).size() == number);
        }
    }

    @Test
    void a_configuration_is_told_to_the_agent() {
        started();
        accept(4);

        await().until(() -> configured.size() == 1);
        assertThat(configured.getFirst().roundLength()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void a_refusal_is_told_and_the_link_is_not_tried_again_at_once() {
        started();
        await().until(() -> aggregator.heard(Frame.Hello.class).size() == 1);
        aggregator.say(new Frame.Refusal(Frame.Refusal.Code.NAME_TAKEN, "the name is taken"));
        aggregator.cutLink();

        await().until(() -> refused.size() == 1);
        // Far longer than the back-off after an ordinary cut, far shorter than the wait after a refusal.
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(3)).until(() -> aggregator.links() == 1);
    }

    @Test
    void the_clocks_difference_and_its_bound_come_from_pings_and_their_pongs() {
        started();
        accept(4);
        assertThat(link.orElseThrow().clockOffset()).isEmpty();
        await().until(() -> aggregator.heard(Frame.Ping.class).size() >= 2);

        aggregator.heard(Frame.Ping.class).forEach(
                ping -> aggregator.say(new Frame.Pong(ping.token(), ping.sentAt().plusSeconds(30))));

        await().until(() -> link.orElseThrow().clockOffset().isPresent());
        AgentHealth.ClockOffset offset = link.orElseThrow().clockOffset().orElseThrow();
        assertThat(Math.abs(offset.offsetMicros() + 30_000_000)).isLessThanOrEqualTo(offset.boundMicros());
        assertThat(offset.boundMicros()).isLessThan(5_000_000);
    }

    @Test
    void an_agent_whose_format_is_refused_goes_on_keeping_rounds_and_brings_them_once_it_is_taken() {
        started();
        await().until(() -> aggregator.heard(Frame.Hello.class).size() == 1);
        aggregator.say(new Frame.Refusal(Frame.Refusal.Code.UNSUPPORTED_VERSION,
                "this aggregator speaks frame format 2 to 3, the agent 1: update the agent"));
        aggregator.cutLink();
        await().until(() -> refused.size() == 1);
        round(0);
        round(1);
        assertThat(spool.balance().dropped().total().rows()).isZero();

        await().atMost(Duration.ofSeconds(30)).until(() -> aggregator.links() == 2);
        accept(4);

        await().until(() -> aggregator.heard(Frame.Batch.class).stream().mapToInt(b -> b.rows().size()).sum() == 2);
    }

    @Test
    void a_frame_of_a_kind_not_known_yet_is_passed_over_and_counted_and_the_link_goes_on() {
        started();
        accept(4);
        round(0);
        await().until(() -> aggregator.heard(Frame.Batch.class).size() == 1);

        // Version 1, plain, three bytes: content number 40, of no bytes.
        aggregator.sayRaw(new byte[]{'S', 'M', 1, 0, 3, 0, 0, 0, (byte) 0xc2, 2, 0});
        aggregator.say(new Frame.Ack(BOOT, 1));

        await().until(() -> spool.balance().acknowledged().rows() == 1);
        assertThat(link.orElseThrow().unknownFrames()).isEqualTo(1);
        assertThat(aggregator.links()).isEqualTo(1);
    }

    @Test
    void what_is_no_frame_ends_the_link() {
        started();
        accept(4);

        aggregator.sayRaw(new byte[]{'S', 'M', 1, 0, 9, 0, 0, 0, (byte) 0xc2, 2, 0});

        await().until(() -> aggregator.links() == 2);
        assertThat(link.orElseThrow().unknownFrames()).isZero();
    }

    @Test
    void a_silent_aggregator_is_given_up() {
        started();
        await().until(() -> aggregator.heard(Frame.Hello.class).size() == 1);

        await().atMost(AggregatorLink.SILENCE_LIMIT.plusSeconds(5)).until(() -> aggregator.links() == 2);
    }

    @Test
    void an_agent_that_stops_says_goodbye() {
        AggregatorLink started = started();
        accept(4);
        await().until(() -> configured.size() == 1);

        started.close();

        await().until(() -> aggregator.heard(Frame.Goodbye.class).size() == 1);
    }

    @Test
    void the_token_of_the_file_is_shown_to_the_aggregator() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "secret\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));

        started(Optional.of(token));

        await().until(() -> aggregator.authorizations().contains("Bearer secret"));
    }

    @Test
    void a_token_file_that_others_can_read_is_not_used() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "secret\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));

        started(Optional.of(token));

        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(2)).until(() -> aggregator.links() == 0);
    }

    @Test
    void a_token_that_is_no_header_is_told_and_tried_again_after_it_was_mended() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "two\nlines\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        started(Optional.of(token));
        await().until(() -> unlinks.get() > 0);

        Files.writeString(token, "mended");

        await().until(() -> aggregator.authorizations().contains("Bearer mended"));
    }

    @Test
    void a_link_goes_through_the_proxy_that_is_named_with_what_it_asks_for() throws Exception {
        Path secret = Files.writeString(folder.resolve("proxy-secret"), "otto:geh:eim\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (ConnectProxy box = new ConnectProxy("Basic b3R0bzpnZWg6ZWlt")) {
            proxy = new ProxySettings.Http("127.0.0.1", box.port(),
                    Optional.of(new SecretFile(secret, "proxy's credentials file")));
            started();
            accept(4);
            round(0);

            await().until(() -> aggregator.heard(Frame.Batch.class).size() == 1);
            assertThat(box.requests()).hasSize(1).first().asString()
                    .startsWith("CONNECT " + aggregator.uri().getAuthority() + " ");
        }
    }

    @Test
    void settings_are_handed_on_and_answered() {
        started();
        accept(1);

        aggregator.say(new Frame.Settings(7, "rounds:"));

        await().untilAsserted(() -> assertThat(aggregator.heard(Frame.SettingsReply.class))
                .containsExactly(new Frame.SettingsReply(7, true, "", List.of("rounds:"))));
    }

    private AggregatorLink started() {
        return started(Optional.empty());
    }

    private AggregatorLink started(Optional<Path> token) {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        AgentConfig config = new AgentConfig("lyon", "lyon", false, loopback, Optional.empty(), OptionalInt.of(0),
                folder, List.of(aggregator.uri()), token, folder.resolve("unused.key"), true,
                new AgentConfig.Membership(MembershipMode.NONE, loopback, 1, List.of()), List.of(),
                SettingsDocument.EMPTY, Optional.empty()).through(proxy);
        LinkSecurity security = new LinkSecurity.Plain(token.map(SecretFile::new));
        AggregatorLink made = new AggregatorLink(vertx, config, security, AggregatorLinkTest::hello, () -> verdict,
                spool,
                new LinkListener() {
                    @Override
                    public void configured(Frame.Config config) {
                        configured.add(config);
                    }

                    @Override
                    public void settings(Frame.Settings settings) {
                        link.orElseThrow().reply(
                                new Frame.SettingsReply(settings.version(), true, "", List.of(settings.document())));
                    }

                    @Override
                    public void dialBack(Frame.DialBackAnswer answer) {
                        answers.add(answer);
                    }

                    @Override
                    public void unlinked() {
                        unlinks.incrementAndGet();
                    }

                    @Override
                    public void refused(Frame.Refusal refusal) {
                        refused.add(refusal);
                    }
                }, Clock.systemUTC());
        link = Optional.of(made);
        made.start();
        return made;
    }

    /** What an aggregator says to an agent it takes. */
    private void accept(int credit) {
        await().until(() -> aggregator.heard(Frame.Hello.class).size() == aggregator.links() && aggregator.links() > 0);
        aggregator.say(new Frame.Config(1, Duration.ofSeconds(10), 10, List.of()));
        aggregator.say(new Frame.Ack(BOOT, 0));
        aggregator.say(new Frame.Credit(credit));
    }

    private static Frame.Hello hello() {
        return new Frame.Hello(FrameCodec.FORMAT_VERSION,
                new MeshNode(SELF, MeshNode.Role.AGENT, "lyon", "lyon", "192.0.2.1"), BOOT, "1.0",
                ProbeKind.ICMP_ECHO, "icmp-raw", "", START, START);
    }

    private void round(int number) {
        spool.add(new MatrixRow(SELF, ProbeKind.ICMP_ECHO, START.plusSeconds(10L * number), Duration.ofSeconds(10),
                List.of(PairResult.of(PEER, 1, 100))));
    }

    private void wideRound(int number) {
        Random random = new Random(number);
        spool.add(new MatrixRow(SELF, ProbeKind.ICMP_ECHO, START.plusSeconds(10L * number), Duration.ofSeconds(10),
                IntStream.range(0, 1_000)
                        .mapToObj(_ -> PairResult.of(new NodeId(new UUID(random.nextLong(), random.nextLong())), 1,
                                random.nextInt(1_000, 80_000)))
                        .toList()));
    }

    private void live(int sent) {
        link.orElseThrow()
                .live(new LiveRow(SELF, ProbeKind.ICMP_ECHO, START, Duration.ofSeconds(10),
                        List.of(new LiveRow.Cell(PairResult.of(PEER, sent, 100), RecentFates.NONE.plus(false)))));
    }
}
