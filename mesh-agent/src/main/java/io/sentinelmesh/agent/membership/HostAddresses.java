package io.sentinelmesh.agent.membership;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.wire.FrameLimits;

/** The addresses of this host's interfaces. */
public final class HostAddresses {

    private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);

    private HostAddresses() {
    }

    /** Of all interfaces, as texts; none if there are more than can be told, for a part of them would mislead. */
    public static List<String> all() {
        try {
            List<String> all = Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .flatMap(NetworkInterface::inetAddresses).filter(HostAddresses::isForOthers)
                    .map(HostAddresses::text).distinct().toList();
            return all.size() > FrameLimits.MAX_LOCAL_ADDRESSES ? List.of() : all;
        } catch (SocketException e) {
            LOG.debug("the addresses of this host are not to be had", e);
            return List.of();
        }
    }

    /**
     * The others of the interface that has this one: not those of other interfaces, which may be bridges of virtual machines that are numbered
     * alike on every host. The other family's come first.
     */
    public static List<String> besides(InetAddress address) {
        try {
            NetworkInterface its = NetworkInterface.getByInetAddress(address);
            if (its == null || address.isLoopbackAddress()) {
                return List.of();
            }
            List<InetAddress> others = its.inetAddresses().filter(HostAddresses::isForOthers)
                    .filter(other -> !other.equals(address)).toList();
            return Stream.concat(others.stream().filter(other -> isFour(other) != isFour(address)),
                    others.stream().filter(other -> isFour(other) == isFour(address))).map(HostAddresses::text)
                    .limit(MeshNode.MAX_FURTHER_ADDRESSES).toList();
        } catch (SocketException e) {
            LOG.debug("the interface of {} is not to be had", address, e);
            return List.of();
        }
    }

    private static boolean isForOthers(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress() && !address.isAnyLocalAddress()
                && !address.isMulticastAddress();
    }

    private static boolean isFour(InetAddress address) {
        return address instanceof Inet4Address;
    }

    /** Without its zone, which has a meaning on this host only. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
