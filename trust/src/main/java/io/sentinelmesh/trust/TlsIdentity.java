package io.sentinelmesh.trust;

import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificatePath.Purpose;
import io.sentinelmesh.trust.MeshKeyManager.Numbered;

/**
 * One key with its certificate and whom it trusts, replaceable at any moment: the managers and the context stay the same objects and serve the
 * newest for every handshake that begins. Sessions are never resumed, so that every connection is checked anew. Thread-safe.
 */
public final class TlsIdentity {

    /** @param trusted the authorities, the signing one first */
    public record Material(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {
        public Material {
            chain = List.copyOf(chain);
            trusted = List.copyOf(trusted);
            if (chain.isEmpty() || trusted.isEmpty()) {
                throw new TrustException("TLS needs a certificate and an authority to trust: join first");
            }
            if (!PrivateKeys.belongTogether(key, chain.getFirst().getPublicKey())) {
                throw new TrustException("the key is not that of the certificate of "
                        + chain.getFirst().getSubjectX500Principal().getName());
            }
        }

        public X509Certificate certificate() {
            return chain.getFirst();
        }

        public Validity validity() {
            return Validity.of(certificate());
        }
    }

    private final InstantSource clock;
    private final X509ExtendedKeyManager keyManager;
    private final X509ExtendedTrustManager trustManager;
    private final SSLContext context;
    private volatile Numbered newest;
    private volatile Set<NodeId> revoked = Set.of();

    public TlsIdentity(Material material, InstantSource clock) {
        this.clock = clock;
        newest = new Numbered(1, material, Optional.empty());
        keyManager = new MeshKeyManager(() -> newest, clock);
        trustManager = new MeshTrustManager(new Judge());
        context = Contexts.of(Optional.of(keyManager), trustManager);
    }

    /** From the next handshake on. */
    public synchronized void replace(Material material) {
        newest = newest.next(material);
    }

    /** Certificates of these are refused from the next handshake on; replaces the set before. */
    public void revoked(Set<NodeId> ids) {
        revoked = Set.copyOf(ids);
    }

    public Material material() {
        return newest.material();
    }

    public X509ExtendedKeyManager keyManager() {
        return keyManager;
    }

    /**
     * Trusts certificates of the mesh's authorities that are in force, carry a {@link MeshIdentity} and are not revoked. As a client it demands an
     * aggregator's with the host's name among its SANs where endpoint identification is on.
     */
    public X509ExtendedTrustManager trustManager() {
        return trustManager;
    }

    /** TLS 1.3 only. */
    public SSLContext context() {
        return context;
    }

    /**
     * Who is at the other end of a connection, if its certificate would be accepted now: to be asked again when something was revoked, or at each
     * request. Empty also for a peer that showed none.
     */
    public Optional<MeshIdentity> peer(SSLSession session) {
        try {
            List<X509Certificate> chain = Arrays.stream(session.getPeerCertificates())
                    .filter(X509Certificate.class::isInstance).map(X509Certificate.class::cast).toList();
            return peer(chain);
        } catch (SSLPeerUnverifiedException _) {
            return Optional.empty();
        }
    }

    /** The same for the certificates that it showed, its own first. */
    public Optional<MeshIdentity> peer(List<? extends Certificate> chain) {
        try {
            return Optional.of(identify(
                    chain.stream().filter(X509Certificate.class::isInstance).map(X509Certificate.class::cast).toList(),
                    Purpose.CLIENT));
        } catch (CertificateException _) {
            return Optional.empty();
        }
    }

    /** Trusts only the authority with this fingerprint, and only aggregators: for the first connection of all, made with nothing but a join token. */
    public static PinnedAuthority pinned(String caFingerprint, InstantSource clock) {
        return new PinnedAuthority(caFingerprint, clock);
    }

    private MeshIdentity identify(List<X509Certificate> chain, Purpose purpose) throws CertificateException {
        MeshIdentity identity = CertificatePath.check(chain, newest.material().trusted(), clock.instant(), purpose);
        if (revoked.contains(identity.id())) {
            throw CertificatePath.revoked(identity);
        }
        return identity;
    }

    private final class Judge implements MeshTrustManager.Judge {

        @Override
        public void server(List<X509Certificate> chain, Handshake handshake) throws CertificateException {
            MeshIdentity identity = identify(chain, Purpose.SERVER);
            if (handshake.checksHost()) {
                ServerCheck.requireAggregatorAt(handshake, chain.getFirst(), identity);
            }
        }

        @Override
        public void client(List<X509Certificate> chain) throws CertificateException {
            identify(chain, Purpose.CLIENT);
        }

        @Override
        public List<X509Certificate> authorities() {
            return newest.material().trusted();
        }
    }
}
