package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.trust.Handshaking.Ends;
import io.sentinelmesh.trust.TlsIdentity.Material;

import static java.time.Duration.ofDays;
import static org.assertj.core.api.Assertions.assertThat;

class PinnedAuthorityTest {

    @TempDir
    private Path folder;
    private final MovedClock clock = new MovedClock();
    private Mesh mesh;
    private PinnedAuthority pinned;

    @BeforeEach
    void mesh() {
        mesh = new Mesh(folder.resolve("ca"), clock);
        pinned = TlsIdentity.pinned(mesh.authority.fingerprint(), clock);
    }

    private Ends towards(SSLContext server) {
        return Handshaking.of(pinned.context(), server).clientMayBeUnknown().run();
    }

    @Test
    void the_authority_that_the_token_names_is_trusted_and_remembered() {
        assertThat(pinned.authority()).isEmpty();

        assertThat(towards(mesh.aggregator().context()).bothAgreed()).isTrue();

        assertThat(pinned.authority()).contains(mesh.authority.trusted().getFirst());
    }

    @Test
    void another_authority_is_refused_before_a_word_is_said() {
        Mesh other = new Mesh(folder.resolve("other"), clock);

        assertThat(towards(other.aggregator().context()).clientsReason())
                .contains("not the one that the join token names");
        assertThat(pinned.authority()).isEmpty();
    }

    @Test
    void showing_the_right_authority_beside_a_certificate_of_another_does_not_help() {
        Mesh other = new Mesh(folder.resolve("other"), clock);
        Material theirs = other.aggregatorMaterial("localhost");
        X509Certificate ours = mesh.authority.trusted().getFirst();
        TlsIdentity server = new TlsIdentity(new Material(theirs.key(),
                List.of(theirs.certificate(), theirs.chain().getLast(), ours), theirs.trusted()), clock);

        assertThat(towards(server.context()).clientsReason()).contains("was not issued by an authority trusted here");
        assertThat(pinned.authority()).isEmpty();
    }

    @Test
    void an_agent_or_another_host_is_no_aggregator_to_join_at() {
        assertThat(towards(mesh.agent().context()).clientsReason()).contains("no aggregator");
        assertThat(Handshaking.of(pinned.context(), mesh.agent().context()).amongPeers().clientMayBeUnknown().run()
                .clientsReason()).contains("no aggregator");
        assertThat(Handshaking.of(pinned.context(), mesh.aggregator().context()).towards("other.example")
                .clientMayBeUnknown().run().clientsReason()).contains("is not for the host other.example");
        assertThat(pinned.authority()).isEmpty();
    }

    @Test
    void an_expired_certificate_is_refused() {
        TlsIdentity aggregator = mesh.aggregator();
        clock.forward(ofDays(31));

        assertThat(towards(aggregator.context()).clientsReason()).contains("expired at");
    }

    @Test
    void a_server_that_does_not_send_its_authority_cannot_be_pinned() throws Exception {
        KeyPair key = CertificateRequest.newKey();
        X509Certificate leaf = mesh.authority
                .issueAggregator(key.getPublic(), Mesh.AGGREGATOR, List.of("localhost"), ofDays(1)).getFirst();

        assertThat(towards(
                Strangers.with(new Material(key.getPrivate(), List.of(leaf), mesh.authority.trusted())))
                .clientsReason())
                .contains("not the one that the join token names");
    }
}
