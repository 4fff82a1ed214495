package io.sentinelmesh.agent.identity;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.KeyVault;
import io.sentinelmesh.trust.MeshIdentity;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.trust.Validity;

/**
 * Who this agent is to the rest of the mesh: its key, its certificate and whom it trusts. What replaces them serves every handshake
 * that begins later; a link that stands is not touched. Thread-safe.
 */
public final class AgentIdentity {

    private final NodeId id;
    private final KeyVault vault;
    private final TlsIdentity tls;

    private AgentIdentity(NodeId id, KeyVault vault, TlsIdentity tls) {
        this.id = id;
        this.vault = vault;
        this.tls = tls;
    }

    /**
     * What joining left in the data folder.
     *
     * @return empty if this agent has never got a certificate
     * @throws io.sentinelmesh.trust.TrustException if the key can't be read
     * @throws DataFolderException if the certificate is another agent's
     */
    public static Optional<AgentIdentity> open(DataFolder folder, KeyVault vault, InstantSource clock) {
        return vault.read().filter(content -> !content.chain().isEmpty()).map(content -> {
            NodeId id = folder.identity();
            Optional<NodeId> certified = MeshIdentity.of(content.chain().getFirst()).map(MeshIdentity::id);
            if (!certified.equals(Optional.of(id))) {
                throw new DataFolderException(folder.path("") + ": the certificate is that of agent "
                        + certified.map(NodeId::toString).orElse("nobody") + ", but agent-id says " + id
                        + ": restore both from one backup, or delete both and join again");
            }
            return new AgentIdentity(id, vault, new TlsIdentity(material(content), clock));
        });
    }

    private static TlsIdentity.Material material(KeyVault.Content content) {
        return new TlsIdentity.Material(content.key(), content.chain(), content.trusted());
    }

    public NodeId id() {
        return id;
    }

    /** Serves the newest certificate for each handshake. */
    public TlsIdentity tls() {
        return tls;
    }

    public X509Certificate certificate() {
        return tls.material().certificate();
    }

    /** When its certificate is in force. */
    public Validity validity() {
        return Validity.of(certificate());
    }

    /** @param fingerprint lower-case hex of the SHA-256 of an authority's certificate */
    public boolean trusts(String fingerprint) {
        return tls.material().trusted().stream().anyMatch(authority -> fingerprint(authority).equals(fingerprint));
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256, and this certificate was read",
                    impossible);
        }
    }

    /** The key that the certificate is for. */
    public KeyPair key() {
        TlsIdentity.Material now = tls.material();
        return new KeyPair(now.certificate().getPublicKey(), now.key());
    }

    /** PKCS #10 by the present key. */
    public byte[] request() {
        return CertificateRequest.of(key());
    }

    /**
     * Another certificate for the same key. It is used even if it can't be kept: an elder one on the disk can be renewed by the key after a restart.
     *
     * @throws io.sentinelmesh.trust.TrustException if it can't be kept
     */
    public void renewed(List<X509Certificate> chain, List<X509Certificate> trusted) {
        synchronized (this) {
            KeyVault.Content content = new KeyVault.Content(tls.material().key(), chain, trusted);
            tls.replace(material(content));
            vault.write(content);
        }
    }

    /**
     * Another key with its certificate. The one before is given up only when this one is kept.
     *
     * @throws io.sentinelmesh.trust.TrustException if it can't be kept; then nothing has changed
     */
    public void replaced(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {
        synchronized (this) {
            KeyVault.Content content = new KeyVault.Content(key, chain, trusted);
            vault.write(content);
            tls.replace(material(content));
        }
    }

    /** Other authorities. */
    public void trust(List<X509Certificate> trusted) {
        synchronized (this) {
            TlsIdentity.Material now = tls.material();
            if (!now.trusted().equals(trusted)) {
                renewed(now.chain(), trusted);
            }
        }
    }
}
