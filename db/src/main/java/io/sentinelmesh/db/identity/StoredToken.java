package io.sentinelmesh.db.identity;

import java.time.Instant;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/**
 * A join token as the store knows it: without its secret.
 *
 * @param secretHash lower-case hex of the SHA-256 of the secret
 * @param site of every agent that joins with it
 * @param agent made for this agent alone; empty: for any new one
 */
public record StoredToken(String id, String secretHash, String site, Optional<NodeId> agent, int usesAllowed, int uses,
        Instant createdAt, Instant expiresAt, Optional<Instant> revokedAt) {

    public StoredToken {
        if (usesAllowed < 1 || uses < 0 || uses > usesAllowed) {
            throw new IllegalArgumentException(uses + " of " + usesAllowed + " uses of token " + id);
        }
    }

    /** Before its first use. */
    public static StoredToken fresh(String id, String secretHash, String site, Optional<NodeId> agent, int usesAllowed,
            Instant createdAt, Instant expiresAt) {
        return new StoredToken(id, secretHash, site, agent, usesAllowed, 0, createdAt, expiresAt, Optional.empty());
    }

    public enum State {
        USABLE, USED_UP, EXPIRED, REVOKED
    }

    public State state(Instant now) {
        if (revokedAt.isPresent()) {
            return State.REVOKED;
        }
        if (!now.isBefore(expiresAt)) {
            return State.EXPIRED;
        }
        return uses < usesAllowed ? State.USABLE : State.USED_UP;
    }

    public StoredToken used() {
        return new StoredToken(id, secretHash, site, agent, usesAllowed, uses + 1, createdAt, expiresAt, revokedAt);
    }

    public StoredToken revoked(Instant at) {
        return new StoredToken(id, secretHash, site, agent, usesAllowed, uses, createdAt, expiresAt,
                revokedAt.or(() -> Optional.of(at)));
    }
}
