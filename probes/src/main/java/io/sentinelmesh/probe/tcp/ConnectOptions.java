package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the SYN carries and how it leaves.
 *
 * @param port 1 to 65,535
 * @param source the address it carries, one of this host's; the kernel chooses if empty. Binds its own family only
 * @param device the interface it leaves by; the routing table decides if empty
 * @param dscp 0 to 63
 * @param hopLimit 1 to 255; the kernel's default if empty
 */
record ConnectOptions(int port, Optional<InetAddress> source, Optional<String> device, int dscp, OptionalInt hopLimit) {

    ConnectOptions(int port, Optional<InetAddress> source) {
        this(port, source, Optional.empty(), 0, OptionalInt.empty());
    }
}
