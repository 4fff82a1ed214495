package io.sentinelmesh.trust;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;

import static java.time.Duration.ofDays;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GivenAuthorityTest {

    @TempDir
    private Path folder;
    private final MovedClock clock = new MovedClock();
    private final KeyPair key = CertificateRequest.newKey();
    private final X509Certificate root = Forger.signingItself(key).asAuthority().forPurposes().certify(key);

    private Path certificates(X509Certificate... certificates) {
        Path file = folder.resolve("given.pem");
        Certificates.write(file, List.of(certificates));
        return file;
    }

    private Path key(KeyPair pair) throws Exception {
        return keyFile("PRIVATE KEY", pair, "rw-------");
    }

    private Path keyFile(String label, KeyPair pair, String permissions) throws Exception {
        Path file = folder.resolve("given.key");
        Files.writeString(file, new PemBlock(label, pair.getPrivate().getEncoded()).text());
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void an_authority_that_was_given_signs_and_is_never_renewed() throws Exception {
        CertificateAuthority authority = CertificateAuthority.given(certificates(root), key(key), clock);

        assertThat(authority.trusted()).containsExactly(root);
        List<X509Certificate> chain = authority.issueAgent(CertificateRequest.newKey().getPublic(), NodeId.random(),
                ofDays(7));
        chain.getFirst().verify(key.getPublic());
        clock.forward(ofDays(9));
        assertThat(authority.renewIfDue()).isFalse();
        assertThat(authority.trusted()).containsExactly(root);
        clock.forward(ofDays(9));
        assertThatThrownBy(() -> authority.issueAgent(key.getPublic(), NodeId.random(), ofDays(7)))
                .isInstanceOf(TrustException.class).hasMessageContaining("in force");
    }

    @Test
    void one_with_an_rsa_key_serves_too() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        X509Certificate rsaRoot = Forger.signingItself(rsa).asAuthority().forPurposes().certify(rsa);

        CertificateAuthority authority = CertificateAuthority.given(certificates(rsaRoot), key(rsa), clock);

        authority.issueAgent(key.getPublic(), NodeId.random(), ofDays(7)).getFirst().verify(rsa.getPublic());
    }

    @Test
    void only_the_first_certificate_is_trusted_and_the_others_are_sent_along() throws Exception {
        KeyPair below = CertificateRequest.newKey();
        X509Certificate intermediate = Forger.signingWith(key.getPrivate(), root).asAuthority().forPurposes()
                .certify(below);

        CertificateAuthority authority = CertificateAuthority.given(certificates(intermediate, root), key(below),
                clock);

        assertThat(authority.trusted()).containsExactly(intermediate);
        assertThat(authority.issueAgent(key.getPublic(), NodeId.random(), ofDays(7))).hasSize(3)
                .endsWith(intermediate, root);
    }

    @Test
    void what_cannot_sign_is_refused_with_the_reason() throws Exception {
        X509Certificate leaf = Forger.signingItself(key).certify(key);
        X509Certificate old = Forger.signingItself(key).asAuthority()
                .inForce(MovedClock.START.minus(ofDays(9)), MovedClock.START.minus(ofDays(1))).certify(key);

        assertRefused(certificates(leaf), key(key), "may not sign others");
        assertRefused(certificates(old), key(key), "give one that is");
        assertRefused(certificates(root), key(CertificateRequest.newKey()), "is not that of the first certificate");
        assertRefused(certificates(root), keyFile("PRIVATE KEY", key, "rw-r-----"), "chmod 600");
        assertRefused(certificates(root), keyFile("EC PRIVATE KEY", key, "rw-------"), "openssl pkcs8 -topk8 -nocrypt");
        assertRefused(certificates(root), keyFile("ENCRYPTED PRIVATE KEY", key, "rw-------"),
                "openssl pkcs8 -topk8 -nocrypt");
        assertRefused(certificates(root), folder.resolve("none.key"), "there is no file");
        assertRefused(key(key), key(key), "holds no certificate");
        assertRefused(folder.resolve("none.pem"), key(key), "cannot read");
    }

    private void assertRefused(Path certificate, Path privateKey, String reason) {
        assertThatThrownBy(() -> CertificateAuthority.given(certificate, privateKey, clock))
                .isInstanceOf(TrustException.class).hasMessageContaining(reason);
    }
}
