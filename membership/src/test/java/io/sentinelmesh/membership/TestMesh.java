package io.sentinelmesh.membership;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateAuthority;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.TlsIdentity;

/** An authority and those to whom it gave certificates. */
public final class TestMesh {

    private final CertificateAuthority authority;
    private final InstantSource clock;

    public TestMesh(Path folder) {
        this(folder, InstantSource.system());
    }

    public TestMesh(Path folder, InstantSource clock) {
        this.clock = clock;
        this.authority = CertificateAuthority.openOrCreate(folder, clock);
    }

    public TlsIdentity agent(NodeId id) {
        return new TlsIdentity(agentMaterial(id), InstantSource.system());
    }

    public TlsIdentity.Material agentMaterial(NodeId id) {
        KeyPair key = CertificateRequest.newKey();
        return material(key, authority.issueAgent(key.getPublic(), id, Duration.ofDays(1)));
    }

    public TlsIdentity aggregator(NodeId id) {
        KeyPair key = CertificateRequest.newKey();
        return new TlsIdentity(
                material(key, authority.issueAggregator(key.getPublic(), id, List.of("127.0.0.1"), Duration.ofDays(1))),
                InstantSource.system());
    }

    private TlsIdentity.Material material(KeyPair key, List<java.security.cert.X509Certificate> chain) {
        return new TlsIdentity.Material(key.getPrivate(), chain, authority.trusted());
    }

    public Instant now() {
        return clock.instant();
    }
}
