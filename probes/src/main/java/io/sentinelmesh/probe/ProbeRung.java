package io.sentinelmesh.probe;

import java.util.Optional;

import io.sentinelmesh.measurement.ProbeKind;

/**
 * A step of the permission ladder: the best way to measure that this host permits.
 *
 * @param label such as "icmp-datagram", "icmp-raw" or "tcp-connect"
 * @param remedy the one line that would lift the agent to a better rung
 */
public record ProbeRung(ProbeKind kind, String label, Optional<String> remedy) {
}
