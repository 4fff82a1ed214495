package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.Arrays;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** A row of socket addresses in native memory, made once so that sending to one of them is writing a pointer. Immutable. */
public final class SocketAddresses {

    /** Wide enough for sockaddr_in (16 bytes) and sockaddr_in6 (28 bytes), and aligned. */
    static final long STRIDE = 32;

    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long PORT = 2;
    private static final long IN_ADDR = 4;
    private static final long IN6_ADDR = 8;
    private static final long IN6_SCOPE = 24;

    private final MemorySegment row;

    /** Without ports, as ICMP wants them. */
    public SocketAddresses(InetAddress[] addresses) {
        this(addresses, 0);
    }

    public SocketAddresses(InetAddress[] addresses, int port) {
        this(addresses, ports(addresses.length, port));
    }

    /** @param ports one for each address */
    public SocketAddresses(InetAddress[] addresses, int[] ports) {
        row = Arena.ofAuto().allocate(STRIDE * Math.max(1, addresses.length), 8);
        for (int i = 0; i < addresses.length; i++) {
            write(row, STRIDE * i, addresses[i], ports[i]);
        }
    }

    private static int[] ports(int count, int port) {
        int[] ports = new int[count];
        Arrays.fill(ports, port);
        return ports;
    }

    /** Where the address starts in memory; good as long as this object lives. */
    long pointer(int index) {
        return row.address() + STRIDE * index;
    }

    void copyTo(int index, MemorySegment address) {
        MemorySegment.copy(row, STRIDE * index, address, 0, STRIDE);
    }

    void copy(int index, MemorySegment to, long at, int port) {
        MemorySegment.copy(row, STRIDE * index, to, at, STRIDE);
        to.set(NETWORK_SHORT, at + PORT, (short) port);
    }

    static int length(AddressFamily family) {
        return switch (family) {
            case IPV4 -> 16;
            case IPV6 -> 28;
        };
    }

    /** One address alone, as bind(2) takes it. Port 0: the kernel chooses. */
    static MemorySegment one(InetAddress address, int port) {
        MemorySegment memory = Arena.ofAuto().allocate(STRIDE, 8);
        write(memory, 0, address, port);
        return memory;
    }

    static int port(MemorySegment memory, long at) {
        return memory.get(NETWORK_SHORT, at + PORT) & 0xffff;
    }

    /** The address in a sockaddr that the kernel wrote; IPv6 without its scope. */
    static byte[] address(MemorySegment memory, long at) {
        boolean ipv6 = memory.get(JAVA_SHORT, at) == AddressFamily.IPV6.number();
        byte[] address = new byte[ipv6 ? 16 : 4];
        MemorySegment.copy(memory, JAVA_BYTE, at + (ipv6 ? IN6_ADDR : IN_ADDR), address, 0, address.length);
        return address;
    }

    /** The address's upper half as it stands in memory; 0 for IPv4. */
    static long high(MemorySegment memory, long at) {
        return isIpv6(memory, at) ? memory.get(JAVA_LONG, at + IN6_ADDR) : 0;
    }

    /** The address's lower half as it stands in memory. */
    static long low(MemorySegment memory, long at) {
        return isIpv6(memory, at)
                ? memory.get(JAVA_LONG, at + IN6_ADDR + Long.BYTES)
                : memory.get(JAVA_INT, at + IN_ADDR) & 0xffff_ffffL;
    }

    private static boolean isIpv6(MemorySegment memory, long at) {
        return memory.get(JAVA_SHORT, at) == AddressFamily.IPV6.number();
    }

    private static void write(MemorySegment memory, long at, InetAddress address, int port) {
        AddressFamily family = AddressFamily.of(address);
        byte[] bytes = address.getAddress();
        memory.set(JAVA_SHORT, at, (short) family.number());
        memory.set(NETWORK_SHORT, at + PORT, (short) port);
        switch (family) {
            case IPV4 -> MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, at + IN_ADDR, bytes.length);
            case IPV6 -> {
                MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, at + IN6_ADDR, bytes.length);
                int scope = address instanceof Inet6Address six ? six.getScopeId() : 0;
                memory.set(JAVA_INT, at + IN6_SCOPE, scope);
            }
        }
    }
}
