package io.sentinelmesh.aggregator.access;

import java.util.Locale;
import java.util.regex.Pattern;

/** Tells names and addresses of this host itself from all others, without asking any name server. */
public final class Hosts {

    private static final Pattern LOOPBACK = Pattern
            .compile("(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1])(:\\d{1,5})?");

    private Hosts() {
    }

    /**
     * @param host a Host header: a name or address, perhaps with a port
     */
    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    /**
     * @param address as on a command line: an address without port, IPv6 with or without brackets
     */
    public static boolean isLoopbackAddress(String address) {
        return isLoopback(address.equals("::1") ? "[::1]" : address);
    }
}
