package io.sentinelmesh.aggregator.identity;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** By which names and addresses this host may be reached, as far as it knows them itself. */
public final class OwnHosts {

    /** A router or a host of containers may have thousands; a certificate with all of them would not fit a handshake. */
    static final int MOST = 64;

    private OwnHosts() {
    }

    /**
     * @param listen the address listened at
     * @param advertised names and addresses that somebody gave; they come first and are never left out
     */
    public static List<String> of(String listen, Collection<String> advertised) {
        Set<String> hosts = new LinkedHashSet<>(advertised);
        hosts.addAll(List.of("localhost", "127.0.0.1", "::1"));
        String bare = listen.replace("[", "").replace("]", "");
        if (!bare.equals("0.0.0.0") && !bare.equals("::")) {
            hosts.add(bare);
        } else {
            hosts.addAll(addresses());
        }
        try {
            hosts.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException nameless) {
            // Then nobody reaches it by its name either.
        }
        return hosts.stream().filter(host -> !host.isBlank()).limit(Math.max(MOST, advertised.size())).toList();
    }

    private static List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                    // A link-local address means nothing without the interface, which a certificate can't name.
                    .filter(address -> !address.isLinkLocalAddress())
                    .forEach(address -> addresses.add(address.getHostAddress().replaceFirst("%.*", "")));
        } catch (SocketException unreadable) {
            return List.of();
        }
        return addresses;
    }
}
