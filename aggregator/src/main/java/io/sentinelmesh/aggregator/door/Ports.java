package io.sentinelmesh.aggregator.door;

/** Of this aggregator, as agents are told of them; 0 where there is none. */
public record Ports(int web, int member, int agent) {
}
