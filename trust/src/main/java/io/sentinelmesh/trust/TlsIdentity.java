package io.sentinelmesh.trust;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import io.sentinelmesh.measurement.NodeId;

/**
 * One key with its certificate and whom it trusts, replaceable at any moment: the managers and the context stay the same objects and serve the
 * newest for every handshake that begins. Thread-safe.
 */
public final class TlsIdentity {

    /** @param trusted the authorities, the signing one first */
    public record Material(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {
        public Material {
            chain = List.copyOf(chain);
            trusted = List.copyOf(trusted);
        }

        public X509Certificate certificate() {
            return chain.getFirst();
        }
    }

    public TlsIdentity(Material material, InstantSource clock) {
        Unfinished.here();
    }

    /** From the next handshake on. */
    public void replace(Material material) {
        Unfinished.here();
    }

    /** Certificates of these are refused from the next handshake on; replaces the set before. */
    public void revoked(Set<NodeId> ids) {
        Unfinished.here();
    }

    public Material material() {
        return Unfinished.here();
    }

    public X509ExtendedKeyManager keyManager() {
        return Unfinished.here();
    }

    /**
     * Trusts certificates of the mesh's authorities that are in force, carry a {@link MeshIdentity} and are not revoked. As a client it demands an
     * aggregator's with the host's name among its SANs where endpoint identification is on.
     */
    public X509ExtendedTrustManager trustManager() {
        return Unfinished.here();
    }

    /** TLS 1.3 only. */
    public SSLContext context() {
        return Unfinished.here();
    }
}
