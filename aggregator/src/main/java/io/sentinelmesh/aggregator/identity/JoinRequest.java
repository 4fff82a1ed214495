package io.sentinelmesh.aggregator.identity;

import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/**
 * What an agent sends to join, well-formed but not judged.
 *
 * @param request PKCS #10, DER
 * @param agent the id it has had so far
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never shared
public record JoinRequest(String token, byte[] request, String name, Optional<String> site, Optional<NodeId> agent) {
}
