package io.sentinelmesh.trust;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.NodeId;

/** Who a certificate says its holder is: the one URI among its subject alternative names, {@code urn:sentinel-mesh:agent:<id>} (RFC 5280 section 4.2.1.6). */
public record MeshIdentity(Role role, NodeId id) {

    private static final String NAMESPACE = "urn:sentinel-mesh:";
    /** GeneralName's choice uniformResourceIdentifier (RFC 5280 section 4.2.1.6). */
    private static final Integer URI = 6;

    /** What a holder may do: an agent can't pass for an aggregator. */
    public enum Role {
        AGENT, AGGREGATOR;

        private String uriPrefix() {
            return NAMESPACE + name().toLowerCase(Locale.ROOT) + ":";
        }
    }

    /** The URI as it stands in a certificate. */
    public String uri() {
        return role.uriPrefix() + id;
    }

    /** Empty if it has no such URI, more than one URI, or one that names no id. */
    public static Optional<MeshIdentity> of(X509Certificate certificate) {
        List<String> uris = uris(certificate);
        return uris.size() == 1 ? parse(uris.getFirst()) : Optional.empty();
    }

    private static Optional<MeshIdentity> parse(String uri) {
        for (Role role : Role.values()) {
            if (uri.startsWith(role.uriPrefix())) {
                try {
                    MeshIdentity identity = new MeshIdentity(role,
                            NodeId.parse(uri.substring(role.uriPrefix().length())));
                    // One id, one text: a UUID's groups could be shifted, or its letters be capitals.
                    return identity.uri().equals(uri) ? Optional.of(identity) : Optional.empty();
                } catch (IllegalArgumentException _) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> uris(X509Certificate certificate) {
        try {
            @Nullable
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return List.of();
            }
            return names.stream().filter(name -> URI.equals(name.get(0))).map(name -> (String) name.get(1)).toList();
        } catch (CertificateParsingException _) {
            return List.of();
        }
    }
}
