package io.sentinelmesh.membership;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.TlsIdentity;

/**
 * How one process takes part in the cluster.
 *
 * @param self the id that its certificate names
 * @param address the only one a member binds to; without brackets
 * @param publicAddress that others reach it by: mostly the same
 * @param port a member's; a client opens none
 * @param seeds HOST:PORT of members that are usually there
 * @param rememberIn the file with the members known last: seeds as well
 * @param identity for mutual TLS with everybody; empty: plain text, which only {@code --insecure} or one host's loopback permits
 */
public record SeatSettings(NodeId self, Kind kind, String address, String publicAddress, int port, List<String> seeds,
        Path rememberIn, Optional<TlsIdentity> identity) {

    /** From the one that carries most to the one that costs least. */
    public enum Kind {
        /** Keeps the registry: aggregators. */
        DATA,
        /** A member without data: agents, as long as there are not too many (every two members hold a connection). */
        LITE,
        /** Connects to members and opens no port: agents beyond that. */
        CLIENT
    }

    public SeatSettings {
        address = withoutBrackets(address);
        publicAddress = withoutBrackets(publicAddress);
        seeds = List.copyOf(seeds);
    }

    /** Others reach it by the address that it binds to. */
    public SeatSettings(NodeId self, Kind kind, String address, int port, List<String> seeds, Path rememberIn,
            Optional<TlsIdentity> identity) {
        this(self, kind, address, address, port, seeds, rememberIn, identity);
    }

    private static String withoutBrackets(String address) {
        return address.startsWith("[") && address.endsWith("]")
                ? address.substring(1, address.length() - 1)
                : address;
    }

    /** Another kind of seat for the same process. */
    public SeatSettings as(Kind other) {
        return new SeatSettings(self, other, address, publicAddress, port, seeds, rememberIn, identity);
    }

    public String memberAddress() {
        return hostAndPort(publicAddress, port);
    }

    /** As a seed is written: an IPv6 address in brackets (RFC 3986), for its last colon is not the port's. */
    public static String hostAndPort(String host, int port) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
