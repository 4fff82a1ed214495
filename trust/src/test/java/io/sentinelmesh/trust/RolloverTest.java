package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.security.cert.X509Certificate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.TlsIdentity.Material;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** What happens to those who are running, and to those who were away, when the authority gets a successor. */
class RolloverTest {

    @TempDir
    private Path folder;
    private final MovedClock clock = new MovedClock();
    private Mesh mesh;
    private TlsIdentity running;
    private TlsIdentity aggregator;

    @BeforeEach
    void just_before_the_rollover() {
        mesh = new Mesh(folder.resolve("ca"), clock);
        clock.forward(ofDays(2 * 365 - 1));
        running = mesh.agent();
        aggregator = mesh.aggregator();
    }

    private void rollover() {
        clock.forward(ofDays(1));
        assertThat(mesh.authority.renewIfDue()).isTrue();
    }

    @Test
    void who_trusts_only_the_elder_knows_an_aggregator_with_a_certificate_of_the_successor() {
        rollover();
        TlsIdentity renewed = mesh.aggregator();

        assertThat(Handshaking.between(running, renewed).bothAgreed()).isTrue();
    }

    @Test
    void an_agent_that_was_30_days_away_still_finds_its_way_to_renew() {
        rollover();
        clock.forward(ofDays(30));
        TlsIdentity renewed = mesh.aggregator();

        assertThat(Handshaking.of(running.context(), renewed.context()).clientMayBeUnknown().run().bothAgreed())
                .isTrue();
        assertThat(mesh.authority.issuedByUs(running.material().certificate(),
                CertificateAuthority.RENEWABLE_AFTER_EXPIRY)).isPresent();
    }

    @Test
    void peers_of_which_one_has_heard_of_the_successor_and_the_other_has_not_know_each_other_both_ways() {
        rollover();
        TlsIdentity renewed = new TlsIdentity(mesh.agentMaterial(NodeId.random(), ofDays(7)), clock);

        assertThat(Handshaking.of(running.context(), renewed.context()).amongPeers().run().bothAgreed()).isTrue();
        assertThat(Handshaking.of(renewed.context(), running.context()).amongPeers().run().bothAgreed()).isTrue();
    }

    @Test
    void an_aggregator_trusts_certificates_of_the_elder_until_that_expires() {
        rollover();
        TlsIdentity renewed = mesh.aggregator();
        assertThat(Handshaking.between(running, renewed).bothAgreed()).isTrue();

        X509Certificate elder = mesh.authority.trusted().getLast();
        clock.forward(ofDays(364));
        assertThat(mesh.authority.trusted()).contains(elder);
        clock.forward(ofDays(1).plusSeconds(1));
        assertThat(mesh.authority.trusted()).doesNotContain(elder);
    }

    @Test
    void who_trusts_only_the_elder_knows_nobody_any_more_once_that_expired() {
        rollover();
        clock.forward(ofDays(365).plus(ofSeconds(1)));

        assertThat(Handshaking.of(running.context(), mesh.aggregator().context()).clientMayBeUnknown().run()
                .clientsReason()).contains("none of the 1 authorities trusted here is in force");
    }

    @Test
    void the_next_successor_is_reached_from_the_one_before_and_no_longer_from_the_first() {
        rollover();
        Material second = mesh.agentMaterial(NodeId.random(), ofDays(7));
        TlsIdentity trustingTheSecond = new TlsIdentity(second, clock);
        clock.forward(ofDays(2 * 365));
        assertThat(mesh.authority.renewIfDue()).isTrue();

        assertThat(mesh.authority.trusted()).hasSize(2);
        assertThat(Handshaking.of(trustingTheSecond.context(), mesh.aggregator().context()).clientMayBeUnknown().run()
                .bothAgreed()).isTrue();
    }

    @Test
    void a_token_made_before_the_rollover_and_one_made_after_it_both_pin_the_aggregator() {
        String before = mesh.authority.fingerprint();
        rollover();
        String after = mesh.authority.fingerprint();
        TlsIdentity renewed = mesh.aggregator();

        for (String fingerprint : new String[]{before, after}) {
            PinnedAuthority pinned = TlsIdentity.pinned(fingerprint, clock);
            assertThat(Handshaking.of(pinned.context(), renewed.context()).clientMayBeUnknown().run().bothAgreed())
                    .isTrue();
            assertThat(pinned.authority().map(Certificates::fingerprint)).contains(fingerprint);
        }
    }
}
