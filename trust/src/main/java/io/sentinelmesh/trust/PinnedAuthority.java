package io.sentinelmesh.trust;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedTrustManager;

import io.sentinelmesh.trust.CertificatePath.Purpose;

/**
 * Whom an agent trusts that has nothing but a join token yet: a server whose chain holds the authority with the token's fingerprint, leads to it, and
 * is an aggregator's. What it said over that connection can be believed. Thread-safe.
 */
public final class PinnedAuthority {

    private final String caFingerprint;
    private final InstantSource clock;
    private final X509ExtendedTrustManager trustManager;
    private final SSLContext context;
    private volatile Optional<X509Certificate> seen = Optional.empty();

    PinnedAuthority(String caFingerprint, InstantSource clock) {
        this.caFingerprint = caFingerprint;
        this.clock = clock;
        trustManager = new MeshTrustManager(new Judge());
        context = Contexts.of(Optional.empty(), trustManager);
    }

    public X509ExtendedTrustManager trustManager() {
        return trustManager;
    }

    /** TLS 1.3 only; shows no certificate. */
    public SSLContext context() {
        return context;
    }

    /** The authority, once a server has shown a chain that leads to it. */
    public Optional<X509Certificate> authority() {
        return seen;
    }

    private final class Judge implements MeshTrustManager.Judge {

        @Override
        public void server(List<X509Certificate> chain, Handshake handshake) throws CertificateException {
            X509Certificate authority = chain.stream()
                    .filter(certificate -> Certificates.fingerprint(certificate).equals(caFingerprint)).findFirst()
                    .orElseThrow(() -> new CertificateException("the server's authority is not the one that the join"
                            + " token names: it is another mesh's, or somebody stands in between. If the authority was"
                            + " replaced, make another token"));
            MeshIdentity identity = CertificatePath.check(chain, List.of(authority), clock.instant(), Purpose.SERVER);
            ServerCheck.requireAggregatorAt(handshake, chain.getFirst(), identity);
            seen = Optional.of(authority);
        }

        @Override
        public void client(List<X509Certificate> chain) throws CertificateException {
            throw new CertificateException("who only joins is no server");
        }

        @Override
        public List<X509Certificate> authorities() {
            return seen.stream().toList();
        }
    }
}
