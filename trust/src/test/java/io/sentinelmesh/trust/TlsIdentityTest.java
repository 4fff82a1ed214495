package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;

import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.Handshaking.Agreed;
import io.sentinelmesh.trust.Handshaking.Ends;
import io.sentinelmesh.trust.MeshIdentity.Role;
import io.sentinelmesh.trust.TlsIdentity.Material;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Every claim is one about real handshakes over loopback. */
class TlsIdentityTest {

    @TempDir
    private Path folder;
    private final MovedClock clock = new MovedClock();
    private Mesh mesh;
    private TlsIdentity agent;
    private TlsIdentity aggregator;

    @BeforeEach
    void mesh() {
        mesh = new Mesh(folder.resolve("ca"), clock);
        agent = mesh.agent();
        aggregator = mesh.aggregator();
    }

    private TlsIdentity with(KeyPair key, X509Certificate... chain) {
        return new TlsIdentity(new Material(key.getPrivate(), List.of(chain), mesh.authority.trusted()), clock);
    }

    @Test
    void an_agent_and_its_aggregator_know_each_other_over_tls_1_3() {
        Ends ends = Handshaking.between(agent, aggregator);

        SSLSession seenByAgent = ((Agreed) ends.client()).session();
        SSLSession seenByAggregator = ((Agreed) ends.server()).session();
        assertThat(seenByAgent.getProtocol()).isEqualTo("TLSv1.3");
        assertThat(agent.peer(seenByAgent)).contains(new MeshIdentity(Role.AGGREGATOR, Mesh.AGGREGATOR));
        assertThat(aggregator.peer(seenByAggregator)).contains(new MeshIdentity(Role.AGENT, Mesh.AGENT));
    }

    @Test
    void nothing_older_than_tls_1_3_is_spoken_whatever_the_other_end_has() throws Exception {
        assertThat(Handshaking.of(agent.context(), aggregator.context()).speaking("TLSv1.2").run().bothAgreed())
                .isFalse();
        assertThat(Handshaking.of(agent.context(), Strangers.with(aggregator.material())).speaking("TLSv1.2").run()
                .clientsReason()).contains("only TLSv1.3 is spoken here");
        assertThat(Handshaking.of(Strangers.with(agent.material()), aggregator.context()).speaking("TLSv1.2").run()
                .bothAgreed()).isFalse();
        assertThat(Handshaking.of(Strangers.with(agent.material()), Strangers.with(aggregator.material()))
                .speaking("TLSv1.2").run().bothAgreed()).isTrue();
    }

    @Test
    void a_certificate_of_another_mesh_is_refused_by_both_ends() {
        Mesh other = new Mesh(folder.resolve("other"), clock);
        Material theirs = other.agentMaterial(Mesh.AGENT, ofDays(1));
        TlsIdentity intruder = new TlsIdentity(new Material(theirs.key(), theirs.chain(), mesh.authority.trusted()),
                clock);

        assertThat(Handshaking.between(agent, other.aggregator()).clientsReason())
                .contains("was not issued by an authority trusted here");
        assertThat(Handshaking.between(intruder, aggregator).serversReason())
                .contains("was not issued by an authority trusted here");
    }

    @Test
    void what_an_agent_certified_with_its_own_key_is_refused() {
        KeyPair agents = CertificateRequest.newKey();
        X509Certificate leaf = mesh.authority.issueAgent(agents.getPublic(), Mesh.AGENT, ofDays(7)).getFirst();
        KeyPair key = CertificateRequest.newKey();
        X509Certificate forged = Forger.signingWith(agents.getPrivate(), leaf)
                .uri("urn:sentinel-mesh:aggregator:" + Mesh.AGGREGATOR).certify(key);

        Ends ends = Handshaking.of(agent.context(), with(key, forged, leaf).context()).amongPeers().run();

        assertThat(ends.clientsReason()).contains("was not issued by an authority trusted here");
    }

    @Test
    void a_certificate_is_good_to_its_last_second_and_not_longer() {
        clock.forward(ofDays(7));
        assertThat(Handshaking.between(agent, aggregator).bothAgreed()).isTrue();
        clock.forward(ofDays(23));
        assertThat(Handshaking.of(agent.context(), aggregator.context()).clientMayBeUnknown().run().bothAgreed())
                .isTrue();

        clock.forward(ofSeconds(1));

        assertThat(Handshaking.of(agent.context(), aggregator.context()).clientMayBeUnknown().run().clientsReason())
                .contains("expired at");
    }

    @Test
    void an_expired_client_is_refused() throws Exception {
        clock.forward(ofDays(7).plusSeconds(1));

        assertThat(Handshaking.of(Strangers.with(agent.material()), aggregator.context()).amongPeers().run()
                .serversReason()).contains("expired at");
    }

    @Test
    void an_agent_whose_certificate_expired_comes_without_one_so_that_it_can_ask_for_another() {
        clock.forward(ofDays(7).plusSeconds(1));

        Ends ends = Handshaking.of(agent.context(), aggregator.context()).clientMayBeUnknown().run();

        assertThat(ends.bothAgreed()).isTrue();
        assertThat(aggregator.peer(((Agreed) ends.server()).session())).isEmpty();
        assertThat(Handshaking.between(agent, aggregator).bothAgreed()).isFalse();
    }

    @Test
    void a_certificate_from_the_future_is_refused_beyond_five_minutes_of_skew() throws Exception {
        clock.back(ofMinutes(5));
        assertThat(Handshaking.between(agent, aggregator).bothAgreed()).isTrue();

        clock.back(ofSeconds(1));

        assertThat(Handshaking.between(agent, aggregator).clientsReason()).contains("set the clocks");
    }

    @Test
    void who_is_revoked_is_refused_from_the_next_handshake_on_and_let_in_when_it_is_not() {
        Ends before = Handshaking.between(agent, aggregator);
        SSLSession session = ((Agreed) before.server()).session();

        aggregator.revoked(Set.of(Mesh.AGENT));

        assertThat(Handshaking.between(agent, aggregator).serversReason()).contains("is revoked");
        assertThat(aggregator.peer(session)).isEmpty();
        aggregator.revoked(Set.of());
        assertThat(Handshaking.between(agent, aggregator).bothAgreed()).isTrue();
        agent.revoked(Set.of(Mesh.AGGREGATOR));
        assertThat(Handshaking.between(agent, aggregator).clientsReason()).contains("is revoked");
    }

    @Test
    void strangers_resume_sessions_which_would_escape_a_revocation() throws Exception {
        SSLContext serving = Strangers.with(aggregator.material());

        assertThat(resumed(Strangers.with(agent.material()), serving)).isTrue();
    }

    @Test
    void nobody_resumes_a_session_with_us_so_that_no_revocation_is_missed() throws Exception {
        SSLContext client = Strangers.with(agent.material());

        assertThat(resumed(client, aggregator.context())).isFalse();
        assertThat(Handshaking.of(client, aggregator.context())
                .runTwice(() -> aggregator.revoked(Set.of(Mesh.AGENT))).getLast().serversReason())
                .contains("is revoked");
    }

    @Test
    void our_managers_in_somebody_elses_context_do_not_resume_either() throws Exception {
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(new KeyManager[]{aggregator.keyManager()}, new TrustManager[]{aggregator.trustManager()}, null);
        SSLContext client = Strangers.with(agent.material());

        assertThat(tickets(client, Strangers.with(aggregator.material()))).isEqualTo(1);
        assertThat(tickets(client, server)).isZero();
        assertThat(tickets(Strangers.withoutCertificate(agent.material()), server)).isZero();
        assertThat(Handshaking.of(client, server).runTwice(() -> aggregator.revoked(Set.of(Mesh.AGENT))).getLast()
                .serversReason()).contains("is revoked");
    }

    @Test
    void we_resume_no_session_of_a_server_that_gives_tickets() throws Exception {
        SSLContext server = Strangers.with(aggregator.material());

        assertThat(Handshaking.of(agent.context(), server).runTwice(() -> agent.revoked(Set.of(Mesh.AGGREGATOR)))
                .getLast().clientsReason()).contains("is revoked");
    }

    /** A client keeps the session itself, and a copy for each ticket. */
    private static int tickets(SSLContext client, SSLContext server) {
        int before = Collections.list(client.getClientSessionContext().getIds()).size();
        assertThat(Handshaking.of(client, server).clientMayBeUnknown().run().bothAgreed()).isTrue();
        return Collections.list(client.getClientSessionContext().getIds()).size() - before - 1;
    }

    /** A resumed session is as old as the first one. */
    private static boolean resumed(SSLContext client, SSLContext server) {
        List<Ends> ends = Handshaking.of(client, server).clientMayBeUnknown().runTwice(() -> {
        });
        return ((Agreed) ends.getFirst().client()).session().getCreationTime() == ((Agreed) ends.getLast().client())
                .session().getCreationTime();
    }

    @Test
    void an_agent_cannot_pass_for_an_aggregator_but_peers_know_each_other() {
        TlsIdentity peer = new TlsIdentity(mesh.agentMaterial(NodeId.random(), ofDays(7)), clock);

        assertThat(Handshaking.between(agent, peer).clientsReason()).contains("no aggregator");
        assertThat(Handshaking.of(agent.context(), peer.context()).amongPeers().run().bothAgreed()).isTrue();
    }

    @Test
    void an_aggregators_host_must_be_among_its_names() {
        TlsIdentity named = new TlsIdentity(
                mesh.aggregatorMaterial("mesh.example", "192.0.2.7", "2001:db8::7"), clock);

        for (String host : List.of("mesh.example", "MESH.example", "192.0.2.7", "2001:db8:0::7")) {
            assertThat(Handshaking.of(agent.context(), named.context()).towards(host).run().bothAgreed()).as(host)
                    .isTrue();
        }
        for (String host : List.of("other.example", "a.mesh.example", "192.0.2.8", "2001:db8::8", "localhost")) {
            assertThat(Handshaking.of(agent.context(), named.context()).towards(host).run().clientsReason())
                    .contains("is not for the host " + host);
        }
    }

    @Test
    void a_certificate_without_a_name_of_the_mesh_or_for_another_purpose_is_refused() throws Exception {
        KeyPair root = CertificateRequest.newKey();
        X509Certificate authority = Forger.signingItself(root).asAuthority().forPurposes().certify(root);
        Material ours = mesh.agentMaterial(Mesh.AGENT, ofDays(7));
        TlsIdentity trusting = new TlsIdentity(new Material(ours.key(), ours.chain(), List.of(authority)), clock);
        KeyPair key = CertificateRequest.newKey();
        String uri = "urn:sentinel-mesh:aggregator:" + Mesh.AGGREGATOR;

        assertThat(served(trusting, key, forged(root, authority).uri(uri).certify(key))).isEqualTo("agreed");
        assertThat(served(trusting, key, forged(root, authority).certify(key))).contains("has no name of this mesh");
        assertThat(served(trusting, key, forged(root, authority).uri(uri, uri).certify(key)))
                .contains("has no name of this mesh");
        assertThat(served(trusting, key,
                forged(root, authority).uri(uri).forPurposes(KeyPurposeId.id_kp_clientAuth).certify(key)))
                .contains("not meant for TLS servers");
        assertThat(served(trusting, key, forged(root, authority).uri(uri).forPurposes().certify(key)))
                .contains("not meant for TLS servers");
        assertThat(served(trusting, key, forged(root, authority).uri(uri).asAuthority().certify(key)))
                .contains("can't be a peer's");
    }

    private static Forger forged(KeyPair root, X509Certificate authority) {
        return Forger.signingWith(root.getPrivate(), authority);
    }

    private String served(TlsIdentity client, KeyPair key, X509Certificate certificate) throws Exception {
        SSLContext server = Strangers
                .with(new Material(key.getPrivate(), List.of(certificate), mesh.authority.trusted()));
        Ends ends = Handshaking.of(client.context(), server).amongPeers().clientMayBeUnknown().run();
        return ends.client() instanceof Agreed ? "agreed" : ends.clientsReason();
    }

    @Test
    void an_authority_that_expired_is_not_trusted_though_its_certificates_live() {
        KeyPair root = CertificateRequest.newKey();
        X509Certificate authority = Forger.signingItself(root).asAuthority().forPurposes()
                .inForce(MovedClock.START.minus(ofDays(2)), MovedClock.START.plus(ofDays(1))).certify(root);
        KeyPair key = CertificateRequest.newKey();
        X509Certificate leaf = forged(root, authority).uri("urn:sentinel-mesh:agent:" + Mesh.AGENT).certify(key);
        TlsIdentity peer = new TlsIdentity(new Material(key.getPrivate(), List.of(leaf), List.of(authority)), clock);

        assertThat(Handshaking.of(peer.context(), peer.context()).amongPeers().run().bothAgreed()).isTrue();
        clock.forward(ofDays(1).plusSeconds(1));
        assertThat(Handshaking.of(peer.context(), peer.context()).amongPeers().run().clientsReason())
                .contains("none of the 1 authorities trusted here is in force");
    }

    @Test
    void material_replaced_while_running_serves_the_next_handshake() {
        Handshaking.between(agent, aggregator);
        NodeId newcomer = NodeId.random();

        agent.replace(mesh.agentMaterial(newcomer, ofDays(7)));

        Ends ends = Handshaking.between(agent, aggregator);
        assertThat(aggregator.peer(((Agreed) ends.server()).session()).orElseThrow().id()).isEqualTo(newcomer);
    }

    @Test
    void trust_that_was_replaced_holds_for_the_next_handshake() {
        Mesh other = new Mesh(folder.resolve("other"), clock);
        Material own = agent.material();

        agent.replace(new Material(own.key(), own.chain(), other.authority.trusted()));

        assertThat(Handshaking.between(agent, aggregator).bothAgreed()).isFalse();
        assertThat(agent.trustManager().getAcceptedIssuers())
                .containsExactlyElementsOf(other.authority.trusted());
    }

    @Test
    void a_handshake_gets_key_and_chain_that_belong_together_though_they_are_replaced_in_between() {
        Material before = agent.material();
        String name = agent.keyManager().getClientAliases("EC", null)[0];

        agent.replace(mesh.agentMaterial(Mesh.AGENT, ofDays(7)));

        assertThat(agent.keyManager().getPrivateKey(name)).isEqualTo(before.key());
        assertThat(agent.keyManager().getCertificateChain(name)).containsExactlyElementsOf(before.chain());
        assertThat(agent.keyManager().getClientAliases("EC", null)[0]).isNotEqualTo(name);
        assertThat(agent.keyManager().getPrivateKey("none")).isNull();
    }

    @Test
    void a_bare_chain_is_not_judged() {
        X509Certificate[] chain = aggregator.material().chain().toArray(X509Certificate[]::new);

        assertThatThrownBy(() -> agent.trustManager().checkServerTrusted(chain, "EC"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> agent.trustManager().checkServerTrusted(chain, "EC", (SSLEngine) null))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> aggregator.trustManager().checkClientTrusted(chain, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void material_that_does_not_belong_together_is_refused() {
        Material own = agent.material();

        assertThatThrownBy(() -> new Material(CertificateRequest.newKey().getPrivate(), own.chain(), own.trusted()))
                .isInstanceOf(TrustException.class).hasMessageContaining("is not that of the certificate");
        assertThatThrownBy(() -> new Material(own.key(), List.of(), own.trusted())).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> new Material(own.key(), own.chain(), List.of())).isInstanceOf(TrustException.class);
    }
}
