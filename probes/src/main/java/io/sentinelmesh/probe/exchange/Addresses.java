package io.sentinelmesh.probe.exchange;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Addresses as people write them. */
public final class Addresses {

    private Addresses() {
    }

    /** "192.0.2.1:80", "[2001:db8::1]:80". */
    public static String text(InetSocketAddress peer) {
        String address = peer.getAddress().getHostAddress();
        return peer.getAddress() instanceof Inet6Address
                ? "[" + address + "]:" + peer.getPort()
                : address + ":" + peer.getPort();
    }
}
