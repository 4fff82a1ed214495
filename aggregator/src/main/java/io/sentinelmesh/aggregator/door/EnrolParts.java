package io.sentinelmesh.aggregator.door;

import java.time.InstantSource;
import java.util.function.Supplier;

import io.sentinelmesh.aggregator.identity.Enrolment;
import io.sentinelmesh.aggregator.identity.IdentityBook;
import io.sentinelmesh.aggregator.identity.MeshTrust;
import io.sentinelmesh.aggregator.offload.BlockingCalls;

/**
 * What enrolment at the door needs.
 *
 * @param ports asked for when an agent is told of them
 */
public record EnrolParts(MeshTrust trust, Enrolment enrolment, IdentityBook book, BlockingCalls blocking,
        Supplier<Ports> ports, InstantSource clock) {
}
