package io.sentinelmesh.db.identity;

import java.time.Instant;

import io.sentinelmesh.measurement.NodeId;

/**
 * An agent that joined.
 *
 * @param keyHash lower-case hex of the SHA-256 of its newest public key
 * @param token by which it joined last
 */
public record StoredIdentity(NodeId agent, String name, String site, String keyHash, String token, Instant joinedAt) {
}
