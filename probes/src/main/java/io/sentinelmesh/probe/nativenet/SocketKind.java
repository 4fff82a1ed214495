package io.sentinelmesh.probe.nativenet;

/** How an ICMP socket is opened, which decides who may and what the kernel does by itself. */
public enum SocketKind {

    /**
     * SOCK_DGRAM with an ICMP protocol: for every user in {@code net.ipv4.ping_group_range}. The kernel picks the identifier, makes the checksum
     * and hands over only the replies that are ours.
     */
    DATAGRAM(2),
    /** SOCK_RAW: needs CAP_NET_RAW. IPv4 packets arrive with their IP header, everything of the protocol arrives, filters choose. */
    RAW(3);

    private final int number;

    SocketKind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
