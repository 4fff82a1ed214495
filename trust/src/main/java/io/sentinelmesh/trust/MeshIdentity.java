package io.sentinelmesh.trust;

import java.security.cert.X509Certificate;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/** Who a certificate says its holder is: the one URI among its subject alternative names, {@code urn:sentinel-mesh:agent:<id>} (RFC 5280 section 4.2.1.6). */
public record MeshIdentity(Role role, NodeId id) {

    /** What a holder may do: an agent can't pass for an aggregator. */
    public enum Role {
        AGENT, AGGREGATOR
    }

    /** The URI as it stands in a certificate. */
    public String uri() {
        return Unfinished.here();
    }

    /** Empty if it has no such URI, more than one, or one that names no id. */
    public static Optional<MeshIdentity> of(X509Certificate certificate) {
        return Unfinished.here();
    }
}
