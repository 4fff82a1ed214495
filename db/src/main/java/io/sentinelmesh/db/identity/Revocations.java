package io.sentinelmesh.db.identity;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import io.sentinelmesh.measurement.NodeId;

/**
 * Who is shut out.
 *
 * @param agents since when
 * @param withdrawn serials of certificates, still in force by their dates, that are refused although their agents are not
 */
public record Revocations(Map<NodeId, Instant> agents, Set<String> withdrawn) {

    public static final Revocations NONE = new Revocations(Map.of(), Set.of());

    public Revocations {
        agents = Map.copyOf(agents);
        withdrawn = Set.copyOf(withdrawn);
    }
}
