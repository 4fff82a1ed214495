package io.sentinelmesh.probe.exchange;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Whom to connect to.
 *
 * @param host a name or an address, without brackets
 * @param found what a look-up gives if the host is an address: then it needs none
 * @param family a value of {@link io.sentinelmesh.probe.kind.CommonSettings#FAMILY}
 * @param source address of this host to connect from; the kernel's choice if it is empty
 */
public record Destination(String host, Optional<NameLookup.Looked> found, int port, String family,
        Optional<InetAddress> source) {

    public Destination {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not 1 to 65535");
        }
    }

    public static Destination of(String host, int port, String family, Optional<InetAddress> source) {
        Optional<NameLookup.Looked> found;
        try {
            found = Optional.of(NameLookup.fit(family, List.of(InetAddress.ofLiteral(host))));
        } catch (IllegalArgumentException e) {
            found = Optional.empty();
        }
        return new Destination(host, found, port, family, source);
    }
}
