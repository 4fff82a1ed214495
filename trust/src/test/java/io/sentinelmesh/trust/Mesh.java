package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;

import io.sentinelmesh.measurement.NodeId;

import static java.time.Duration.ofDays;

/** An authority, and members with certificates of it. */
final class Mesh {

    static final NodeId AGGREGATOR = NodeId.random();
    static final NodeId AGENT = NodeId.random();

    final MovedClock clock;
    final CertificateAuthority authority;

    Mesh(Path folder, MovedClock clock) {
        this.clock = clock;
        authority = CertificateAuthority.openOrCreate(folder, clock);
    }

    TlsIdentity.Material agentMaterial(NodeId id, Duration life) {
        KeyPair key = CertificateRequest.newKey();
        return new TlsIdentity.Material(key.getPrivate(), authority.issueAgent(key.getPublic(), id, life),
                authority.trusted());
    }

    TlsIdentity.Material aggregatorMaterial(String... hosts) {
        KeyPair key = CertificateRequest.newKey();
        return new TlsIdentity.Material(key.getPrivate(),
                authority.issueAggregator(key.getPublic(), AGGREGATOR, List.of(hosts), ofDays(30)),
                authority.trusted());
    }

    TlsIdentity agent() {
        return new TlsIdentity(agentMaterial(AGENT, ofDays(7)), clock);
    }

    TlsIdentity aggregator() {
        return new TlsIdentity(aggregatorMaterial("localhost", "127.0.0.1"), clock);
    }
}
