package io.sentinelmesh.probe.nativenet;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** IPv4 or IPv6, with the kernel's number for it. */
public enum AddressFamily {

    IPV4(2, "IPv4"), IPV6(10, "IPv6");

    private final int number;
    private final String label;

    AddressFamily(int number, String label) {
        this.number = number;
        this.label = label;
    }

    int number() {
        return number;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** An IPv4 address mapped into IPv6 arrives from the JDK as an Inet4Address already. */
    public static AddressFamily of(InetAddress address) {
        return address instanceof Inet6Address ? IPV6 : IPV4;
    }

    /** From the bytes that the kernel gave. */
    public static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes, not " + bytes.length, e);
        }
    }
}
