package io.sentinelmesh.agent.enrolment;

import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;

/**
 * What a door gave for a key and a token, for a program that keeps its identities in its own way. An agent joins by {@link Joining}.
 *
 * @param chain the certificate of the key first
 * @param trusted the authorities to trust
 */
public record Admission(NodeId id, List<X509Certificate> chain, List<X509Certificate> trusted) {

    public Admission {
        chain = List.copyOf(chain);
        trusted = List.copyOf(trusted);
    }

    /**
     * Blocks, for half a minute at most.
     *
     * @param id that the key had so far, if any
     * @throws DoorException if the door gives no certificate
     */
    public static Admission ask(URI door, JoinToken token, KeyPair key, String name, Optional<NodeId> id,
            InstantSource clock) {
        Certified given = Door.pinned(door, new ProxySettings.None(), token.caFingerprint(), clock)
                .join(token, key.getPublic(), CertificateRequest.of(key), name, Optional.empty(), id);
        return new Admission(given.id(), given.chain(), given.trusted());
    }
}
