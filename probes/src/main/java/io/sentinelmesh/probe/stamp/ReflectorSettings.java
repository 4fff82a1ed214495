package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.util.Optional;

/**
 * @param port to listen on; 0: the kernel chooses
 * @param address of this host to listen on alone; empty: all of both families
 * @param key of the authenticated mode, which answers nobody without it; empty: the other mode
 * @param packetsPerSecondAndPeer answered at most, 1 to 1,000,000; a peer is an IPv4 address or an IPv6 /64
 * @param packetsPerSecond answered to all peers together at most, 1 to 1,000,000
 */
public record ReflectorSettings(int port, Optional<InetAddress> address, Optional<SharedKey> key,
        int packetsPerSecondAndPeer, int packetsPerSecond) {

    /**
     * Where our reflectors listen. The registered port is 862 (RFC 8762 section 4.1), which only a privileged process may open; this one is of
     * the range for users, and free of a registration.
     */
    public static final int DEFAULT_PORT = 18_620;
    /** 16 flows a second of 60 peers behind one address translator. */
    public static final int DEFAULT_PACKETS_PER_SECOND_AND_PEER = 1_000;
    public static final int DEFAULT_PACKETS_PER_SECOND = 50_000;
    private static final int MOST_PACKETS_PER_SECOND = 1_000_000;

    public ReflectorSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a UDP port lies between 1 and 65535, not at " + port);
        }
        requireRate(packetsPerSecondAndPeer);
        requireRate(packetsPerSecond);
    }

    public ReflectorSettings(int port, Optional<InetAddress> address, Optional<SharedKey> key) {
        this(port, address, key, DEFAULT_PACKETS_PER_SECOND_AND_PEER, DEFAULT_PACKETS_PER_SECOND);
    }

    private static void requireRate(int packetsPerSecond) {
        if (packetsPerSecond < 1 || packetsPerSecond > MOST_PACKETS_PER_SECOND) {
            throw new IllegalArgumentException(
                    "a rate lies between 1 and " + MOST_PACKETS_PER_SECOND + " a second, not at " + packetsPerSecond);
        }
    }
}
