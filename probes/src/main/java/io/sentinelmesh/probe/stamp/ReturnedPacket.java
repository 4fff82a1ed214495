package io.sentinelmesh.probe.stamp;

/**
 * Finds our UDP data in a packet that the kernel gives back with its transmit timestamp: it begins with whatever header the link has, 14 bytes
 * or none or others. Recognised by the IP header's own length field. One thread.
 */
final class ReturnedPacket {

    private static final int LONGEST_LINK_HEADER = 32;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    private int ip;
    private int udp;
    private boolean ipv6;

    /** @return whether there is a UDP packet that ends where the data end */
    boolean find(byte[] packet, int length) {
        for (int at = 0; at <= LONGEST_LINK_HEADER && at + IPV4_HEADER + UDP_HEADER <= length; at++) {
            int version = packet[at] >>> 4 & 0x0f;
            if ((version == 4 && isIpv4(packet, at, length)) || (version == 6 && isIpv6(packet, at, length))) {
                return true;
            }
        }
        return false;
    }

    private boolean isIpv4(byte[] packet, int at, int length) {
        int header = (packet[at] & 0x0f) * 4;
        ip = at;
        udp = at + header;
        ipv6 = false;
        return header >= IPV4_HEADER && PacketBytes.unsignedShort(packet, at + 2) == length - at
                && packet[at + 9] == UDP && udp + UDP_HEADER <= length;
    }

    private boolean isIpv6(byte[] packet, int at, int length) {
        ip = at;
        udp = at + IPV6_HEADER;
        ipv6 = true;
        return udp + UDP_HEADER <= length && PacketBytes.unsignedShort(packet, at + 4) == length - udp
                && packet[at + 6] == UDP;
    }

    /** Where the UDP data begin. */
    int data() {
        return udp + UDP_HEADER;
    }

    int destinationPort(byte[] packet) {
        return PacketBytes.unsignedShort(packet, udp + 2);
    }

    /** In the kernel's order, as a socket address has it in memory. */
    long destinationHigh(byte[] packet) {
        return ipv6 ? Long.reverseBytes(PacketBytes.getLong(packet, ip + 24)) : 0;
    }

    long destinationLow(byte[] packet) {
        return ipv6 ? Long.reverseBytes(PacketBytes.getLong(packet, ip + 32)) : ipv4(packet, ip + 16);
    }

    long sourceHigh(byte[] packet) {
        return ipv6 ? Long.reverseBytes(PacketBytes.getLong(packet, ip + 8)) : 0;
    }

    long sourceLow(byte[] packet) {
        return ipv6 ? Long.reverseBytes(PacketBytes.getLong(packet, ip + 16)) : ipv4(packet, ip + 12);
    }

    private static long ipv4(byte[] packet, int at) {
        return Integer.reverseBytes(PacketBytes.getInt(packet, at)) & 0xffff_ffffL;
    }
}
