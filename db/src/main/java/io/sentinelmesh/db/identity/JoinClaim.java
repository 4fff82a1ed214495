package io.sentinelmesh.db.identity;

import java.time.Instant;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/**
 * What an agent says when it joins, checked for form.
 *
 * @param keyHash lower-case hex of the SHA-256 of the public key that it proved to have
 * @param agent the id it has had so far; empty if none
 * @param fresh the id it gets if it has none
 * @param site empty: the token's
 */
public record JoinClaim(String token, String secretHash, String keyHash, Optional<NodeId> agent, NodeId fresh,
        String name, Optional<String> site, Instant at) {
}
