package io.sentinelmesh.db;

import java.time.Instant;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/**
 * A key by which a third party sends batches, without its secrets.
 *
 * @param agent whose results it may send
 * @param generation of its newest secret, from 1
 * @param previousUntil until when the secret before is good as well
 */
public record StoredIngestKey(String id, NodeId agent, String name, String site, int generation,
        Optional<Instant> previousUntil, Instant createdAt, Instant expiresAt, Optional<Instant> revokedAt) {

    public enum State {
        USABLE, EXPIRED, REVOKED
    }

    public State state(Instant now) {
        if (revokedAt.isPresent()) {
            return State.REVOKED;
        }
        return now.isBefore(expiresAt) ? State.USABLE : State.EXPIRED;
    }

    /** Whether the secret of this generation is good, as far as rotation goes. */
    public boolean inForce(int ofGeneration, Instant now) {
        return ofGeneration == generation
                || (ofGeneration == generation - 1 && previousUntil.filter(now::isBefore).isPresent());
    }
}
