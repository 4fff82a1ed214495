package io.sentinelmesh.db;

import java.time.Instant;
import java.util.UUID;

import io.sentinelmesh.measurement.MeshNode;

/**
 * @param rung the permission ladder's step it measures from, such as "icmp-datagram"
 * @param remedy what would lift it to a better rung; empty if nothing
 * @param left true after a goodbye: its silence is no alarm
 */
public record AgentRecord(MeshNode node, String softwareVersion, String rung, String remedy, UUID boot,
        Instant startedAt, Instant lastSeen, boolean left) {
}
