package io.sentinelmesh.probe.kind;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

import io.sentinelmesh.probe.TargetRules;

/** From what a user writes to the one address that may be probed. */
public final class Targets {

    private Targets() {
    }

    /** Where names are looked up. */
    @FunctionalInterface
    public interface NameService {

        NameService SYSTEM = InetAddress::getAllByName;

        InetAddress[] lookUp(String name) throws UnknownHostException;
    }

    /** As {@link #resolve(String, String, NameService)}, with the system's names. */
    public static InetAddress resolve(String host, String family) {
        return resolve(host, family, NameService.SYSTEM);
    }

    /**
     * May block on the name service.
     *
     * @param host a name or an address
     * @param family a value of {@link CommonSettings#FAMILY}
     * @throws BadRequestException if there is no such name, it has no address of the family, or it is not the address of one host
     */
    public static InetAddress resolve(String host, String family, NameService names) {
        if (host.isBlank()) {
            throw new BadRequestException("no target: name a host or an address");
        }
        InetAddress[] addresses;
        try {
            addresses = names.lookUp(host);
        } catch (UnknownHostException e) {
            throw new BadRequestException(
                    "'" + host
                            + "' has no address: check the spelling and this host's name service, or give an address",
                    e);
        }
        for (InetAddress address : addresses) {
            if (family.equals("any") || family.equals("6") == address instanceof Inet6Address) {
                requireOneHost(host, address);
                return address;
            }
        }
        throw new BadRequestException(
                "'" + host + "' has no IPv" + family + " address: leave the family to \"any\", or "
                        + "name a host that has one");
    }

    private static void requireOneHost(String host, InetAddress address) {
        if (!TargetRules.isOneHost(address) || isBroadcastHere(address)) {
            throw new BadRequestException("'" + host + "' is a multicast, broadcast or unspecified address ("
                    + AddressText.of(address) + "): name one host's own address");
        }
    }

    /** The broadcast address of a network that this host is in; of other networks nobody can know. */
    private static boolean isBroadcastHere(InetAddress address) {
        try {
            return NetworkInterface.networkInterfaces().flatMap(device -> device.getInterfaceAddresses().stream())
                    .map(InterfaceAddress::getBroadcast).anyMatch(address::equals);
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * The address of this host that {@link CommonSettings#SOURCE} names.
     *
     * @throws BadRequestException if it is not an address, not this host's, or of the other family than the destination
     */
    public static InetAddress source(String text, InetAddress destination) {
        InetAddress source;
        try {
            source = InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("source: expected an address of this host, not '" + text + "'", e);
        }
        if (source instanceof Inet6Address != destination instanceof Inet6Address) {
            throw new BadRequestException("source: " + text + " and the target " + AddressText.of(destination)
                    + " are of different address families; choose a source of the target's family");
        }
        try {
            if (NetworkInterface.getByInetAddress(source) == null) {
                throw new BadRequestException(
                        "source: " + text + " is not an address of this host; `ip address` lists those");
            }
        } catch (SocketException e) {
            throw new BadRequestException("source: this host's addresses can't be read: " + e.getMessage(), e);
        }
        return source;
    }

    /** Host and port from "host:port", "[v6]:port" or a host alone.
     *
     * @throws BadRequestException if there is no port and no default, or it is none
     */
    public static HostPort hostPort(String text, int defaultPort) {
        String host = text;
        String port = "";
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0) {
                throw new BadRequestException("'" + text + "' lacks a closing ]: write [ADDRESS]:PORT");
            }
            host = text.substring(1, end);
            String rest = text.substring(end + 1);
            if (!rest.isEmpty() && rest.charAt(0) != ':') {
                throw new BadRequestException("'" + text + "': write [ADDRESS]:PORT");
            }
            port = rest.isEmpty() ? "" : rest.substring(1);
        } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') >= 0) {
            host = text.substring(0, text.indexOf(':'));
            port = text.substring(text.indexOf(':') + 1);
        }
        if (port.isEmpty() && defaultPort > 0) {
            return new HostPort(host, defaultPort);
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw new BadRequestException("'" + text + "' has no port from 1 to 65535: write HOST:PORT");
        }
        return new HostPort(host, Integer.parseInt(port));
    }

    /** @param port 1 to 65,535 */
    public record HostPort(String host, int port) {
    }
}
