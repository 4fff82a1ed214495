package io.sentinelmesh.probe.nativenet;

/** Type and protocol of a socket, which decide who may open it and what the kernel does by itself. */
public enum SocketKind {

    /**
     * SOCK_DGRAM with an ICMP protocol: for every user in {@code net.ipv4.ping_group_range}. The kernel picks the identifier, makes the checksum
     * and hands over only the replies that are ours.
     */
    ICMP_DATAGRAM("ICMP", 2, SocketOptions.IPPROTO_ICMP, SocketOptions.IPPROTO_ICMPV6),
    /** SOCK_RAW: needs CAP_NET_RAW. IPv4 packets arrive with their IP header, everything of the protocol arrives, filters choose. */
    ICMP_RAW("raw ICMP", 3, SocketOptions.IPPROTO_ICMP, SocketOptions.IPPROTO_ICMPV6),
    /** For every user. */
    UDP("UDP", 2, SocketOptions.IPPROTO_UDP, SocketOptions.IPPROTO_UDP),
    /** For every user. */
    TCP("TCP", 1, SocketOptions.IPPROTO_TCP, SocketOptions.IPPROTO_TCP);

    private final String label;
    private final int type;
    private final int ipv4Protocol;
    private final int ipv6Protocol;

    SocketKind(String label, int type, int ipv4Protocol, int ipv6Protocol) {
        this.label = label;
        this.type = type;
        this.ipv4Protocol = ipv4Protocol;
        this.ipv6Protocol = ipv6Protocol;
    }

    /** For people. */
    public String label() {
        return label;
    }

    int type() {
        return type;
    }

    int protocol(AddressFamily family) {
        return switch (family) {
            case IPV4 -> ipv4Protocol;
            case IPV6 -> ipv6Protocol;
        };
    }
}
