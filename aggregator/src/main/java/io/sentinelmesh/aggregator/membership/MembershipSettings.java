package io.sentinelmesh.aggregator.membership;

import java.nio.file.Path;
import java.util.List;

/**
 * @param address the only one the member binds to
 * @param seeds host:port of others, besides those remembered
 * @param rememberIn the file with the members known last
 */
public record MembershipSettings(String address, int port, List<String> seeds, Path rememberIn) {

    public MembershipSettings {
        // Without brackets here; they are put where a port follows.
        address = address.startsWith("[") && address.endsWith("]")
                ? address.substring(1, address.length() - 1)
                : address;
        seeds = List.copyOf(seeds);
    }

    /** As a seed is written: an IPv6 address in brackets (RFC 3986), for its last colon is not the port's. */
    static String hostAndPort(String host, int port) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
