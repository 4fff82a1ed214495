package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.probe.nativenet.AddressFamily;

/**
 * What all packets of a trace have in common.
 *
 * @param port of the destination; not used by ICMP
 * @param source address of this host that the packets carry; the kernel chooses if empty
 * @param sourcePorts one per flow; 0: any
 * @param trafficClass octet: the DSCP in its upper six bits
 * @param bytes of UDP payload or of the ICMP message, at least {@link TracePacket#LEAST_LENGTH}
 */
record TraceSocketSettings(InetAddress target, int port, Optional<InetAddress> source, List<Integer> sourcePorts,
        int trafficClass, int bytes) {

    TraceSocketSettings {
        sourcePorts = List.copyOf(sourcePorts);
        if (bytes < TracePacket.LEAST_LENGTH) {
            throw new IllegalArgumentException(
                    bytes + " bytes are less than a test packet's " + TracePacket.LEAST_LENGTH);
        }
    }

    AddressFamily family() {
        return AddressFamily.of(target);
    }

    /** To bind to: the source address, or any of the target's family. */
    InetAddress sourceOrAny() {
        return source.orElseGet(() -> InetAddress.ofLiteral(family() == AddressFamily.IPV6 ? "::" : "0.0.0.0"));
    }
}
