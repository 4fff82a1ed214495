package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * A cursor over what the kernel says about a received message beside its data (cmsg(3)): {@link #read} one message, then ask. Reused for every
 * message, so that reading allocates nothing. One thread.
 */
public final class ControlMessages {

    // struct cmsghdr { size_t len; int level; int type; } and its data, padded to 8
    private static final long LEVEL = 8;
    private static final long TYPE = 12;
    private static final long DATA = 16;

    // struct sock_extended_err { u32 errno; u8 origin, type, code, pad; u32 info, data; }, then the offender's sockaddr
    private static final long EE_ORIGIN = 4;
    private static final long EE_TYPE = 5;
    private static final long EE_CODE = 6;
    private static final long EE_INFO = 8;
    private static final long EE_DATA = 12;
    private static final long EE_OFFENDER = 16;

    // struct in_pktinfo { int ifindex; in_addr spec_dst, addr; }; struct in6_pktinfo { in6_addr addr; int ifindex; }
    private static final long PKTINFO_LOCAL = 4;
    private static final long PKTINFO_DESTINATION = 8;

    private static final int SCM_TIMESTAMPING = SocketOptions.SO_TIMESTAMPING;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final MessageBatch batch;
    private final MemorySegment control;
    private long timestampNanos;
    private long errorAt;
    private int hopLimit;
    private int trafficClass;
    private long destinationAt;
    private boolean destinationIpv6;

    public ControlMessages(MessageBatch batch) {
        this.batch = batch;
        this.control = batch.control();
    }

    public void read(int message) {
        timestampNanos = 0;
        errorAt = -1;
        hopLimit = -1;
        trafficClass = -1;
        destinationAt = -1;
        long at = batch.controlStart(message);
        long end = batch.controlEnd(message);
        while (at + DATA <= end) {
            long length = control.get(JAVA_LONG, at);
            if (length < DATA || at + length > end) {
                return;
            }
            int level = control.get(JAVA_INT, at + LEVEL);
            int type = control.get(JAVA_INT, at + TYPE);
            if (level == SocketOptions.SOL_SOCKET && type == SCM_TIMESTAMPING) {
                // The first of three: the software stamp.
                timestampNanos = control.get(JAVA_LONG, at + DATA) * NANOS_PER_SECOND
                        + control.get(JAVA_LONG, at + DATA + 8);
            } else if (isErrorReport(level, type)) {
                errorAt = at + DATA;
            } else if (level == SocketOptions.IPPROTO_IP) {
                readIpv4(type, at + DATA);
            } else if (level == SocketOptions.IPPROTO_IPV6) {
                readIpv6(type, at + DATA);
            }
            at += (length + 7) & ~7L;
        }
    }

    private void readIpv4(int type, long data) {
        switch (type) {
            case SocketOptions.IP_PKTINFO -> destination(data, false);
            case SocketOptions.IP_TTL -> hopLimit = control.get(JAVA_INT, data);
            // One byte, unlike all others.
            case SocketOptions.IP_TOS -> trafficClass = control.get(JAVA_BYTE, data) & 0xff;
            default -> {
            }
        }
    }

    private void readIpv6(int type, long data) {
        switch (type) {
            case SocketOptions.IPV6_PKTINFO -> destination(data, true);
            case SocketOptions.IPV6_HOPLIMIT -> hopLimit = control.get(JAVA_INT, data);
            case SocketOptions.IPV6_TCLASS -> trafficClass = control.get(JAVA_INT, data);
            default -> {
            }
        }
    }

    private void destination(long data, boolean ipv6) {
        destinationAt = data;
        destinationIpv6 = ipv6;
    }

    private static boolean isErrorReport(int level, int type) {
        return switch (level) {
            case SocketOptions.IPPROTO_IP -> type == SocketOptions.IP_RECVERR;
            case SocketOptions.IPPROTO_IPV6 -> type == SocketOptions.IPV6_RECVERR;
            default -> false;
        };
    }

    /** When the packet passed the kernel, nanoseconds since the epoch; 0 if the kernel did not say. */
    public long timestampNanos() {
        return timestampNanos;
    }

    /** Whether this is an ICMP or ICMPv6 error; other things in the error queue are timestamps and local refusals. */
    public boolean isIcmpError() {
        if (errorAt < 0) {
            return false;
        }
        int origin = control.get(JAVA_BYTE, errorAt + EE_ORIGIN);
        return origin == SocketOptions.SO_EE_ORIGIN_ICMP || origin == SocketOptions.SO_EE_ORIGIN_ICMP6;
    }

    /** The hop limit the packet arrived with, 0 to 255; -1 if not told: {@link NativeSocket#tellHeaderFields()}. */
    public int hopLimit() {
        return hopLimit;
    }

    /** The traffic class octet the packet arrived with (DSCP and ECN), 0 to 255; -1 if not told. */
    public int trafficClass() {
        return trafficClass;
    }

    /** Whether this host itself refused the packet, such as one larger than its interface takes. */
    public boolean isLocalError() {
        return errorAt >= 0 && control.get(JAVA_BYTE, errorAt + EE_ORIGIN) == SocketOptions.SO_EE_ORIGIN_LOCAL;
    }

    /** The errno that the error stands for, positive. */
    public int errno() {
        return control.get(JAVA_INT, errorAt);
    }

    /** Packet too big, local or by ICMP: the MTU that it names, bytes. */
    public int errorMtu() {
        return control.get(JAVA_INT, errorAt + EE_INFO);
    }

    /**
     * Where in the message's data the ICMP error's extensions begin (RFC 4884); 0 if there are none, or they are not told apart:
     * {@link NativeSocket#tellIcmpExtensions()}.
     */
    public int extensionsAt() {
        return control.get(JAVA_SHORT, errorAt + EE_DATA) & 0xffff;
    }

    public int icmpType() {
        return control.get(JAVA_BYTE, errorAt + EE_TYPE) & 0xff;
    }

    public int icmpCode() {
        return control.get(JAVA_BYTE, errorAt + EE_CODE) & 0xff;
    }

    /** Who sent the ICMP error. */
    public byte[] offender() {
        long sockaddr = errorAt + EE_OFFENDER;
        boolean ipv6 = control.get(JAVA_SHORT, sockaddr) == AddressFamily.IPV6.number();
        byte[] address = new byte[ipv6 ? 16 : 4];
        MemorySegment.copy(control, JAVA_BYTE, sockaddr + (ipv6 ? 8 : 4), address, 0, address.length);
        return address;
    }

    /**
     * Whether the packet was sent to one address of this host, and not to a multicast or broadcast address; false if the kernel did not say:
     * {@link NativeSocket#tellDestinations()}.
     */
    public boolean toThisHostAlone() {
        if (destinationAt < 0) {
            return false;
        }
        if (destinationIpv6) {
            return (control.get(JAVA_BYTE, destinationAt) & 0xff) != 0xff;
        }
        // For a broadcast or a group the kernel names an address of its own beside it.
        return control.get(JAVA_INT, destinationAt + PKTINFO_LOCAL) == control.get(JAVA_INT,
                destinationAt + PKTINFO_DESTINATION);
    }

    /** The upper half of the address it was sent to, 0 for IPv4; only if {@link #toThisHostAlone()}. */
    public long destinationHigh() {
        return destinationIpv6 ? control.get(JAVA_LONG, destinationAt) : 0;
    }

    /** The lower half of the address it was sent to, or the IPv4 address; only if {@link #toThisHostAlone()}. */
    public long destinationLow() {
        return destinationIpv6
                ? control.get(JAVA_LONG, destinationAt + Long.BYTES)
                : control.get(JAVA_INT, destinationAt + PKTINFO_DESTINATION) & 0xffff_ffffL;
    }
}
