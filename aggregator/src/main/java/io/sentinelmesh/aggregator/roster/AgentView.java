package io.sentinelmesh.aggregator.roster;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;

/**
 * One agent as it is now.
 *
 * @param rung the permission ladder's step it measures from
 * @param remedy what would lift it to a better one; empty if nothing
 * @param roundsDropped rounds of this boot it had to drop before sending
 * @param membership how it takes part in the cluster; empty: it does not tell
 */
public record AgentView(MeshNode node, String version, ProbeKind kind, String rung, String remedy, UUID boot,
        Instant startedAt, Instant lastSeen, AgentState state, long roundsDropped,
        Optional<Frame.Membership> membership) {
}
