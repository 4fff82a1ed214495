package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses from the kernel's bytes. */
final class InetAddresses {

    private InetAddresses() {
    }

    static InetAddress of(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes, not " + address.length, e);
        }
    }
}
