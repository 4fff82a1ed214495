package io.sentinelmesh.membership;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateAuthority;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.TlsIdentity;

/** An authority and those to whom it gave certificates. */
public final class TestMesh {

    private static final Duration LIFE = Duration.ofDays(1);

    private final CertificateAuthority authority;

    public TestMesh(Path folder) {
        this.authority = CertificateAuthority.openOrCreate(folder, InstantSource.system());
    }

    public TlsIdentity agent(NodeId id) {
        return new TlsIdentity(agentMaterial(id, LIFE), InstantSource.system());
    }

    public TlsIdentity.Material agentMaterial(NodeId id, Duration life) {
        KeyPair key = CertificateRequest.newKey();
        return material(key, authority.issueAgent(key.getPublic(), id, life));
    }

    public TlsIdentity aggregator(NodeId id) {
        KeyPair key = CertificateRequest.newKey();
        return new TlsIdentity(
                material(key, authority.issueAggregator(key.getPublic(), id, List.of("127.0.0.1"), LIFE)),
                InstantSource.system());
    }

    private TlsIdentity.Material material(KeyPair key, List<X509Certificate> chain) {
        return new TlsIdentity.Material(key.getPrivate(), chain, authority.trusted());
    }
}
