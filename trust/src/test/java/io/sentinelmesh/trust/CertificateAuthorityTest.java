package io.sentinelmesh.trust;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.MeshIdentity.Role;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CertificateAuthorityTest {

    private static final NodeId AGENT = NodeId.random();
    private static final PublicKey KEY = CertificateRequest.newKey().getPublic();
    private static final Duration TWO_THIRDS = ofDays(2 * 365);

    @TempDir
    private Path temporary;
    private final MovedClock clock = new MovedClock();
    private Path folder;
    private CertificateAuthority authority;

    @BeforeEach
    void authority() {
        folder = temporary.resolve("data/ca");
        authority = CertificateAuthority.openOrCreate(folder, clock);
    }

    private CertificateAuthority opened() {
        return CertificateAuthority.openOrCreate(folder, clock);
    }

    @Test
    void an_authority_that_is_opened_again_is_the_same() {
        assertThat(opened().fingerprint()).isEqualTo(authority.fingerprint());
        assertThat(opened().trusted()).isEqualTo(authority.trusted()).hasSize(1);
        assertThat(Certificates.fingerprint(authority.trusted().getFirst())).isEqualTo(authority.fingerprint())
                .matches("[0-9a-f]{64}");
    }

    @Test
    void of_many_that_open_a_new_folder_at_once_one_makes_the_authority() throws Exception {
        Path fresh = temporary.resolve("fresh");
        Set<String> fingerprints = ConcurrentHashMap.newKeySet();

        List<Thread> openers = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofVirtual().start(
                        () -> fingerprints.add(CertificateAuthority.openOrCreate(fresh, clock).fingerprint())))
                .toList();
        for (Thread opener : openers) {
            opener.join();
        }

        assertThat(fingerprints).hasSize(1);
    }

    @Test
    void nobody_else_may_read_the_key() throws Exception {
        Path file = folder.resolve("authority-1.pem");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(this::opened).isInstanceOf(TrustException.class).hasMessageContaining("chmod 600 " + file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        assertThatThrownBy(this::opened).isInstanceOf(TrustException.class)
                .hasMessageContaining("chmod 700 " + folder);
    }

    @Test
    void an_agents_certificate_says_who_it_is_and_no_more() throws Exception {
        List<X509Certificate> chain = authority.issueAgent(KEY, AGENT, ofDays(7));

        X509Certificate leaf = chain.getFirst();
        assertThat(chain).containsExactly(leaf, authority.trusted().getFirst());
        leaf.verify(authority.trusted().getFirst().getPublicKey());
        assertThat(leaf.getVersion()).isEqualTo(3);
        assertThat(leaf.getPublicKey()).isEqualTo(KEY);
        assertThat(MeshIdentity.of(leaf)).contains(new MeshIdentity(Role.AGENT, AGENT));
        assertThat(leaf.getSubjectAlternativeNames()).hasSize(1);
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getKeyUsage()).containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(leaf.getExtendedKeyUsage()).containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getCriticalExtensionOIDs())
                .containsExactlyInAnyOrder(Extension.basicConstraints.getId(), Extension.keyUsage.getId());
        assertThat(leaf.getNonCriticalExtensionOIDs()).contains(Extension.subjectKeyIdentifier.getId(),
                Extension.authorityKeyIdentifier.getId());
        assertThat(Validity.of(leaf)).isEqualTo(new Validity(MovedClock.START.minus(CertificateAuthority.CLOCK_SKEW),
                MovedClock.START.plus(ofDays(7))));
    }

    @Test
    void an_authoritys_certificate_may_sign_and_nothing_else() {
        X509Certificate own = authority.trusted().getFirst();

        assertThat(own.getBasicConstraints()).isEqualTo(1);
        assertThat(own.getKeyUsage()).containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(MeshIdentity.of(own)).isEmpty();
        assertThat(authority.validity().remaining(clock.instant())).isEqualTo(CertificateAuthority.LIFE);
    }

    @Test
    void an_aggregators_certificate_names_its_hosts() throws Exception {
        X509Certificate leaf = authority.issueAggregator(KEY, AGENT,
                List.of("Mesh.example.", "192.0.2.7", "2001:db8::7", "[2001:db8::8]", "bücher.example", "mesh.example"),
                ofDays(30)).getFirst();

        assertThat(MeshIdentity.of(leaf)).contains(new MeshIdentity(Role.AGGREGATOR, AGENT));
        assertThat(leaf.getSubjectAlternativeNames().stream().map(name -> name.get(1).toString())).containsExactly(
                "urn:sentinel-mesh:aggregator:" + AGENT, "mesh.example", "192.0.2.7", "2001:db8:0:0:0:0:0:7",
                "2001:db8:0:0:0:0:0:8", "xn--bcher-kva.example");
    }

    @Test
    void what_is_no_host_gets_no_certificate() {
        for (String host : List.of("", "*.example", "a b", "http://mesh.example", "192.0.2.999", "::g", "-a", "a..b",
                "x".repeat(64) + ".example")) {
            assertThatThrownBy(() -> authority.issueAggregator(KEY, AGENT, List.of(host), ofDays(1))).as(host)
                    .isInstanceOf(TrustException.class).hasMessageContaining("'" + host + "'");
        }
    }

    @Test
    void serial_numbers_are_128_random_bits() {
        X509Certificate one = authority.issueAgent(KEY, AGENT, ofDays(7)).getFirst();
        X509Certificate other = authority.issueAgent(KEY, AGENT, ofDays(7)).getFirst();

        assertThat(one.getSerialNumber()).isPositive().isNotEqualTo(other.getSerialNumber());
        assertThat(one.getSerialNumber().bitLength()).isBetween(80, 128);
    }

    @Test
    void a_key_of_another_curve_or_kind_is_not_certified() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(384);
        PublicKey p384 = generator.generateKeyPair().getPublic();
        PublicKey rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic();

        assertThatThrownBy(() -> authority.issueAgent(p384, AGENT, ofDays(1))).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> authority.issueAgent(rsa, AGENT, ofDays(1))).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> authority.issueAgent(KEY, AGENT, Duration.ZERO)).isInstanceOf(TrustException.class);
    }

    @Test
    void at_two_thirds_of_its_life_it_makes_a_successor_and_both_are_trusted() {
        X509Certificate elder = authority.trusted().getFirst();
        clock.forward(TWO_THIRDS.minus(ofHours(1)));
        assertThat(authority.renewIfDue()).isFalse();
        clock.forward(ofHours(1));

        assertThat(authority.renewIfDue()).isTrue();

        assertThat(authority.trusted()).hasSize(2).last().isEqualTo(elder);
        X509Certificate successor = authority.trusted().getFirst();
        assertThat(authority.fingerprint()).isEqualTo(Certificates.fingerprint(successor));
        assertThat(authority.issueAgent(KEY, AGENT, ofDays(7)).getFirst().getIssuerX500Principal())
                .isEqualTo(successor.getSubjectX500Principal()).isNotEqualTo(elder.getSubjectX500Principal());
        assertThat(authority.renewIfDue()).isFalse();
        assertThat(opened().trusted()).isEqualTo(authority.trusted());
    }

    @Test
    void an_elder_is_trusted_until_it_expires() {
        clock.forward(TWO_THIRDS);
        authority.renewIfDue();
        clock.forward(ofDays(365));
        assertThat(authority.renewIfDue()).isFalse();
        assertThat(authority.trusted()).hasSize(2);

        clock.forward(ofSeconds(1));

        assertThat(authority.renewIfDue()).isTrue();
        assertThat(authority.trusted()).hasSize(1);
        assertThat(authority.issueAgent(KEY, AGENT, ofDays(7))).hasSize(2);
    }

    @Test
    void the_chain_of_a_successors_certificate_leads_to_the_elder_too() throws Exception {
        X509Certificate elder = authority.trusted().getFirst();
        clock.forward(TWO_THIRDS);
        authority.renewIfDue();

        List<X509Certificate> chain = authority.issueAgent(KEY, AGENT, ofDays(7));

        X509Certificate cross = chain.get(2);
        assertThat(chain).hasSize(4).endsWith(elder);
        assertThat(cross.getPublicKey()).isEqualTo(authority.trusted().getFirst().getPublicKey());
        cross.verify(elder.getPublicKey());
        assertThat(Validity.of(cross).until()).isEqualTo(Validity.of(elder).until());
    }

    @Test
    void an_authority_that_expired_while_nobody_looked_is_replaced() {
        String before = authority.fingerprint();
        clock.forward(CertificateAuthority.LIFE.plusDays(200));

        CertificateAuthority opened = opened();

        assertThat(opened.fingerprint()).isNotEqualTo(before);
        assertThat(opened.trusted()).hasSize(1);
        assertThat(opened.issueAgent(KEY, AGENT, ofDays(7))).hasSize(2);
    }

    @Test
    void a_successor_made_while_the_clock_was_wrong_signs_nothing() {
        String before = authority.fingerprint();
        clock.forward(ofDays(9_000));
        assertThat(opened().fingerprint()).isNotEqualTo(before);
        clock.back(ofDays(9_000));

        assertThat(opened().fingerprint()).isEqualTo(before);
        assertThat(opened().trusted()).hasSize(1);
        assertThat(opened().issueAgent(KEY, AGENT, ofDays(7))).hasSize(2);
    }

    @Test
    void a_certificate_does_not_outlive_its_authority() {
        X509Certificate leaf = authority.issueAgent(KEY, AGENT, ofDays(10_000)).getFirst();

        assertThat(Validity.of(leaf).until()).isEqualTo(authority.validity().until());
    }

    @Test
    void what_it_issued_is_known_again_up_to_the_grace_after_its_end() {
        X509Certificate leaf = authority.issueAgent(KEY, AGENT, ofDays(7)).getFirst();
        MeshIdentity identity = new MeshIdentity(Role.AGENT, AGENT);

        assertThat(authority.issuedByUs(leaf, Duration.ZERO)).contains(identity);
        clock.forward(ofDays(97));
        assertThat(authority.issuedByUs(leaf, ofDays(90))).contains(identity);
        assertThat(authority.issuedByUs(leaf, Duration.ZERO)).isEmpty();
        clock.forward(ofSeconds(1));
        assertThat(authority.issuedByUs(leaf, ofDays(90))).isEmpty();
    }

    @Test
    void what_an_elder_issued_is_known_again_after_the_elders_end() {
        clock.forward(TWO_THIRDS.minusDays(1));
        X509Certificate leaf = authority.issueAgent(KEY, AGENT, ofDays(10_000)).getFirst();
        clock.forward(ofDays(2));
        authority.renewIfDue();
        clock.forward(ofDays(364 + 89));
        authority.renewIfDue();

        assertThat(opened().issuedByUs(leaf, ofDays(90))).isPresent();
    }

    @Test
    void what_it_did_not_issue_is_not_known() {
        CertificateAuthority other = CertificateAuthority.openOrCreate(temporary.resolve("other"), clock);
        KeyPair agents = CertificateRequest.newKey();
        X509Certificate leaf = authority.issueAgent(agents.getPublic(), AGENT, ofDays(7)).getFirst();
        X509Certificate madeByAnAgent = Forger.signingWith(agents.getPrivate(), leaf)
                .uri("urn:sentinel-mesh:agent:" + AGENT).certify(agents);

        assertThat(authority.issuedByUs(other.issueAgent(KEY, AGENT, ofDays(7)).getFirst(), ofDays(90))).isEmpty();
        assertThat(authority.issuedByUs(madeByAnAgent, ofDays(90))).isEmpty();
        assertThat(authority.issuedByUs(authority.trusted().getFirst(), ofDays(90))).isEmpty();
    }

    @Test
    void a_garbled_file_is_named_with_its_remedy_and_no_other_authority_is_made() throws Exception {
        Path file = folder.resolve("authority-1.pem");
        String text = Files.readString(file);
        String otherKey = text.substring(0, text.indexOf("-----BEGIN PRIVATE"))
                + new PemBlock("PRIVATE KEY", CertificateRequest.newKey().getPrivate().getEncoded()).text();

        for (String garbled : List.of("", text.substring(0, text.length() / 2), text.substring(0, text.length() - 10),
                text.replace('M', '*'), otherKey, text.substring(text.indexOf("-----BEGIN PRIVATE")))) {
            Files.writeString(file, garbled);
            assertThatThrownBy(this::opened).isInstanceOf(TrustException.class)
                    .hasMessageContaining("restore " + file + " from a backup");
        }
        assertThat(folder.resolve("authority-2.pem")).doesNotExist();
    }
}
