package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.util.Optional;

/**
 * @param sourceAddress the address the test packets carry, one of this host's; the kernel chooses if empty. Binds its own family only
 * @param tcpPort where the TCP rung connects to, if no ICMP is permitted; 1 to 65,535
 */
public record ProberSettings(ProbePacing pacing, Optional<InetAddress> sourceAddress, int tcpPort) {

    /** The echo service (RFC 862). Hardly any host runs it, so the usual answer is a reset, which is as good: it takes one round trip. */
    public static final int DEFAULT_TCP_PORT = 7;

    public ProberSettings {
        if (tcpPort < 1 || tcpPort > 65_535) {
            throw new IllegalArgumentException("a TCP port lies between 1 and 65535, not at " + tcpPort);
        }
    }

    public ProberSettings(ProbePacing pacing) {
        this(pacing, Optional.empty(), DEFAULT_TCP_PORT);
    }
}
