package io.sentinelmesh.db;

import java.time.Instant;
import java.util.UUID;

import io.sentinelmesh.measurement.NodeId;

/**
 * A batch that was given up.
 *
 * @param time when
 * @param reason the database's words
 * @param bytes of its content
 */
public record DeadLetter(long id, NodeId agent, UUID boot, long sequence, Instant time, String reason, int results,
        int bytes) {
}
