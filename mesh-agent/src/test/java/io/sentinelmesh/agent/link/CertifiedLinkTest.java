package io.sentinelmesh.agent.link;

import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.agent.spool.SpoolSettings;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.trust.CertificateAuthority;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The link by certificates of the mesh, against a real server on loopback. */
class CertifiedLinkTest {

    private static final NodeId SELF = NodeId.random();
    private static final UUID BOOT = UUID.randomUUID();
    private static final Clock CLOCK = Clock.systemUTC();

    private final Vertx vertx = Vertx.vertx();
    @TempDir
    private Path folder;
    private Optional<AggregatorLink> link = Optional.empty();
    private Optional<ListeningAggregator> aggregator = Optional.empty();
    private Optional<Spool> spool = Optional.empty();

    @AfterEach
    void close() {
        link.ifPresent(AggregatorLink::close);
        spool.ifPresent(Spool::close);
        aggregator.ifPresent(ListeningAggregator::close);
        Future<Void> _ = vertx.close();
    }

    @Test
    void both_ends_show_certificates_and_a_renewed_one_is_shown_by_the_next_link_only() {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), CLOCK);
        TlsIdentity agent = agent(authority, authority);
        ListeningAggregator at = listening(authority);
        start(at, agent);
        await().until(() -> at.heard(Frame.Hello.class).size() == 1);
        String first = serial(agent);

        agent.replace(material(authority, authority));
        link.orElseThrow().certificateRenewed();
        at.say(new Frame.Ping(7, Instant.now()));
        await().until(() -> at.heard(Frame.Pong.class).size() == 1);
        assertThat(at.shown()).containsExactly(first);

        at.cutLink();
        await().until(() -> at.links() == 2);
        assertThat(at.shown()).containsExactly(first, serial(agent));
    }

    @Test
    void an_aggregator_of_another_authority_is_told_nothing() {
        CertificateAuthority ours = CertificateAuthority.openOrCreate(folder.resolve("ca"), CLOCK);
        CertificateAuthority theirs = CertificateAuthority.openOrCreate(folder.resolve("other"), CLOCK);
        ListeningAggregator at = listening(theirs);

        start(at, agent(theirs, ours));

        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(3)).until(() -> at.links() == 0);
    }

    @Test
    void an_agent_without_a_link_tries_again_at_once_when_its_certificate_is_renewed() {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), CLOCK);
        CertificateAuthority theirs = CertificateAuthority.openOrCreate(folder.resolve("other"), CLOCK);
        TlsIdentity agent = agent(theirs, authority);
        ListeningAggregator at = listening(authority);
        start(at, agent);
        // Refused often enough for the pause between attempts to be at its longest.
        await().during(Duration.ofSeconds(8)).atMost(Duration.ofSeconds(10))
                .until(() -> at.heard(Frame.class).isEmpty());

        agent.replace(material(authority, authority));
        link.orElseThrow().certificateRenewed();

        await().atMost(Duration.ofSeconds(2)).until(() -> at.heard(Frame.Hello.class).size() == 1);
    }

    private ListeningAggregator listening(CertificateAuthority authority) {
        KeyPair key = CertificateRequest.newKey();
        ListeningAggregator made = new ListeningAggregator(new TlsIdentity(new TlsIdentity.Material(key.getPrivate(),
                authority.issueAggregator(key.getPublic(), NodeId.random(), List.of("127.0.0.1"), Duration.ofDays(1)),
                authority.trusted()), CLOCK));
        aggregator = Optional.of(made);
        return made;
    }

    private static TlsIdentity agent(CertificateAuthority signing, CertificateAuthority trusted) {
        return new TlsIdentity(material(signing, trusted), CLOCK);
    }

    private static TlsIdentity.Material material(CertificateAuthority signing, CertificateAuthority trusted) {
        KeyPair key = CertificateRequest.newKey();
        return new TlsIdentity.Material(key.getPrivate(), signing.issueAgent(key.getPublic(), SELF, Duration.ofDays(1)),
                trusted.trusted());
    }

    private static String serial(TlsIdentity identity) {
        return identity.material().certificate().getSerialNumber().toString(16);
    }

    private Spool spool() {
        Spool opened = Spool.open(folder.resolve("spool"), SpoolSettings.of(1L << 30, Duration.ofDays(1)), SELF, BOOT,
                Spool.Company.NONE, CLOCK);
        spool = Optional.of(opened);
        return opened;
    }

    private void start(ListeningAggregator at, TlsIdentity agent) {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        AgentConfig config = new AgentConfig("lyon", "lyon", false, loopback, Optional.empty(), OptionalInt.of(0),
                folder, List.of(at.uri()), Optional.empty(), folder.resolve("unused.key"), false,
                new AgentConfig.Membership(MembershipMode.NONE, loopback, 1, List.of()), List.of(),
                SettingsDocument.EMPTY, Optional.empty());
        AggregatorLink made = new AggregatorLink(vertx, config, new LinkSecurity.Certificates(agent),
                CertifiedLinkTest::hello, () -> HealthVerdict.WELL, spool(), new Unheard(), CLOCK);
        link = Optional.of(made);
        made.start();
    }

    private static Frame.Hello hello() {
        return new Frame.Hello(FrameCodec.FORMAT_VERSION,
                new MeshNode(SELF, MeshNode.Role.AGENT, "lyon", "lyon", "192.0.2.1"), BOOT, "1.0",
                ProbeKind.ICMP_ECHO, "icmp-raw", "", Instant.now(), Instant.now());
    }

    private static final class Unheard implements LinkListener {

        @Override
        public void settings(Frame.Settings settings) {
            // not asked about here
        }

        @Override
        public void configured(Frame.Config config) {
            // not asked about here
        }

        @Override
        public void dialBack(Frame.DialBackAnswer answer) {
            // not asked about here
        }

        @Override
        public void unlinked() {
            // not asked about here
        }

        @Override
        public void refused(Frame.Refusal refusal) {
            // not asked about here
        }
    }
}
