package io.sentinelmesh.probe.udp;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where requests go, and how they leave.
 *
 * @param port 1 to 65,535
 * @param source one of this host's addresses, of the target's family; the kernel chooses if empty
 * @param device the interface it leaves by; the routing table decides if empty
 * @param dscp 0 to 63
 * @param hopLimit 1 to 255; the kernel's default if empty
 */
record RequestOptions(InetAddress address, int port, Optional<InetAddress> source, Optional<String> device, int dscp,
        OptionalInt hopLimit) {
}
