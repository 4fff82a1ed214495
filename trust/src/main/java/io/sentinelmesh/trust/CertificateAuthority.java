package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

import io.sentinelmesh.measurement.NodeId;

/**
 * The mesh's own certificate authority (P-256, X.509 v3). It renews itself: at two thirds of its life it makes a successor, signs with that, and both
 * are trusted until the elder expires. Thread-safe.
 */
public final class CertificateAuthority {

    public static final Duration LIFE = Duration.ofDays(3 * 365);
    public static final Duration AGENT_LIFE = Duration.ofDays(7);
    public static final Duration SERVER_LIFE = Duration.ofDays(30);

    private CertificateAuthority() {
    }

    /**
     * The authority in this folder (mode 0700, keys 0600), made at the first call.
     *
     * @throws TrustException if the folder or a file can't be used, or others may read a key
     */
    public static CertificateAuthority openOrCreate(Path folder, InstantSource clock) {
        return Unfinished.here();
    }

    /** An authority of somebody else's: it is never renewed here. @throws TrustException if the files don't belong together, or it may not sign */
    public static CertificateAuthority given(Path certificate, Path key, InstantSource clock) {
        return Unfinished.here();
    }

    /** Every certificate that peers should trust now; the one that signs comes first. */
    public List<X509Certificate> trusted() {
        return Unfinished.here();
    }

    /** SHA-256 of the signing certificate's DER, lower-case hex: what a join token pins. */
    public String fingerprint() {
        return Unfinished.here();
    }

    /** For TLS client and server authentication (agents are members of a mesh). The leaf first, then the authority. */
    public List<X509Certificate> issueAgent(PublicKey key, NodeId agent, Duration life) {
        return Unfinished.here();
    }

    /** @param hosts names and addresses by which it is reached: its SANs beside the URI */
    public List<X509Certificate> issueAggregator(PublicKey key, NodeId aggregator, Collection<String> hosts,
            Duration life) {
        return Unfinished.here();
    }

    /** To be called now and then. True if {@link #trusted} changed: tell everyone. */
    public boolean renewIfDue() {
        return Unfinished.here();
    }
}
