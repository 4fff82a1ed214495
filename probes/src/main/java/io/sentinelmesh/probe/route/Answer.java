package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.List;

import io.sentinelmesh.measurement.RefusalReason;

/** What one test packet of a trace brought back. */
public sealed interface Answer {

    /** Who sent it: a router, the destination, or this host. */
    InetAddress from();

    /** From the kernel's stamps where it made them; at least 0. */
    long roundTripNanos();

    /** A router dropped the packet because its hop limit ran out. */
    record FromRouter(InetAddress from, long roundTripNanos, List<MplsLabel> labels) implements Answer {
        public FromRouter {
            labels = List.copyOf(labels);
        }
    }

    /** The packet arrived: an echo reply, a closed port's error, a TCP answer. */
    record FromDestination(InetAddress from, long roundTripNanos) implements Answer {
    }

    /** Somebody on the way turned the packet away, and said why. */
    record Refusal(InetAddress from, long roundTripNanos, RefusalReason reason) implements Answer {
    }

    /**
     * What an ICMP error means to a trace.
     *
     * @param target where the packet went
     */
    static Answer ofError(RefusalReason reason, InetAddress from, InetAddress target, long roundTripNanos,
            List<MplsLabel> labels) {
        boolean byTarget = from.equals(target);
        return switch (reason) {
            case HOP_LIMIT_EXCEEDED -> new FromRouter(from, roundTripNanos, labels);
            // A firewall in between says the same under its own address; the target says it where the way ends.
            case PORT_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED, CONNECTION_REFUSED -> byTarget
                    ? new FromDestination(from, roundTripNanos)
                    : new Refusal(from, roundTripNanos, reason);
            case NETWORK_UNREACHABLE, HOST_UNREACHABLE, PACKET_TOO_BIG, OTHER ->
                new Refusal(from, roundTripNanos, reason);
        };
    }
}
