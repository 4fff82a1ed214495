package io.sentinelmesh.probe.mtu;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.CommonSettings;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.kind.Targets;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketKind;

/** {@code mtu}: the largest packet that gets to a host whole, and who is in the way of larger ones. */
public final class MtuKind implements Kind {

    static final Setting<String> MODE = Setting.choice("mode", "auto", List.of("auto", "udp", "icmp"),
            "what the packets are: echo requests, UDP to a closed port, or echo where this user may and the target answers");
    static final Setting<Integer> LEAST = Setting.number("least", 64, MtuRequest.MOST_BYTES,
            "bytes of the smallest IP packet to try; 576 by default, 1280 for IPv6");
    static final Setting<Integer> MOST = Setting.number("most", 64, MtuRequest.MOST_BYTES,
            "bytes of the largest IP packet to try; the MTU of the interface by default");
    static final Setting<Integer> PORT = Setting.number("port", 33_434, 1, 65_535,
            "destination port of UDP; it should be closed");
    static final Setting<Duration> TIMEOUT = Setting.duration("timeout", "1s", Duration.ofMillis(10),
            Duration.ofSeconds(10), "how long to wait for the first answer");
    static final Setting<Integer> TRIES = Setting.number("tries", 3, 1, MtuRequest.MOST_TRIES,
            "packets of one size without an answer that make it silent");

    private static final int IPV4_LEAST = 576;
    /** Every IPv6 link takes so much (RFC 8200 section 5). */
    private static final int IPV6_LEAST = 1_280;

    /** @param kind of the socket that found it */
    private record Search(SocketKind kind, PathMtu found, int packets) {
    }

    @Override
    public String name() {
        return "mtu";
    }

    @Override
    public String summary() {
        return "Finds the largest packet that gets to a host whole, and black holes for larger ones.";
    }

    @Override
    public String targetForm() {
        return "HOST";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(MODE, LEAST, MOST, PORT, TIMEOUT, TRIES, CommonSettings.FAMILY, CommonSettings.SOURCE,
                CommonSettings.DSCP);
    }

    @Override
    public Run prepare(String target, Settings settings) {
        if (!NativeSocket.isSupported()) {
            throw new BadRequestException("mtu needs Linux on a 64-bit processor");
        }
        InetAddress address = Targets.resolve(target, settings.get(CommonSettings.FAMILY));
        AddressFamily family = AddressFamily.of(address);
        Optional<InetAddress> source = settings.find(CommonSettings.SOURCE)
                .map(text -> Targets.source(text, address));
        int least = settings.find(LEAST).orElse(family == AddressFamily.IPV6 ? IPV6_LEAST : IPV4_LEAST);
        if (family == AddressFamily.IPV6 && least < IPV6_LEAST) {
            throw new BadRequestException("least: every IPv6 link takes " + IPV6_LEAST + " bytes; start there");
        }
        Optional<Integer> local = interfaceMtu(address, settings.get(PORT), source);
        int ceiling = Math.min(local.orElse(MtuRequest.MOST_BYTES), MtuRequest.MOST_BYTES);
        int most = settings.find(MOST).orElse(ceiling);
        if (most > ceiling) {
            throw new BadRequestException(
                    "most: " + most + " bytes are more than the MTU of " + ceiling + " on the way out; set it lower");
        }
        if (least > most) {
            throw new BadRequestException("least: " + least + " is more than most, " + most + "; set it lower");
        }
        MtuRequest request = new MtuRequest(least, most, settings.get(TRIES), settings.get(TIMEOUT));
        Opening opening = kind -> new KernelPackets(kind, address, settings.get(PORT), source,
                settings.get(CommonSettings.DSCP) << 2, most, new KernelClock());
        List<SocketKind> kinds = kinds(settings.get(MODE), opening);
        return progress -> report(address, request, search(kinds, opening, request, progress));
    }

    @FunctionalInterface
    private interface Opening {
        SizedPackets open(SocketKind kind);
    }

    /** Which kinds of packets to try, in this order; each can be opened. */
    private static List<SocketKind> kinds(String mode, Opening opening) {
        if (!mode.equals("udp")) {
            try {
                opening.open(SocketKind.ICMP_DATAGRAM).close();
                return mode.equals("icmp")
                        ? List.of(SocketKind.ICMP_DATAGRAM)
                        : List.of(SocketKind.ICMP_DATAGRAM, SocketKind.UDP);
            } catch (NativeCallException e) {
                if (mode.equals("icmp")) {
                    boolean denied = e.errno() == Errno.EACCES || e.errno() == Errno.EPERM;
                    throw new BadRequestException(e.getMessage() + (denied
                            ? ": sysctl -w net.ipv4.ping_group_range=\"0 2147483647\" opens it, or use --mode udp"
                            : "; check --source and --family"), e);
                }
            }
        }
        try {
            opening.open(SocketKind.UDP).close();
        } catch (NativeCallException e) {
            throw new BadRequestException(e.getMessage() + "; check --source and --family", e);
        }
        return List.of(SocketKind.UDP);
    }

    private static Search search(List<SocketKind> kinds, Opening opening, MtuRequest request, Progress progress)
            throws InterruptedException {
        int packets = 0;
        for (int i = 0;; i++) {
            SocketKind kind = kinds.get(i);
            try (SizedPackets sized = opening.open(kind)) {
                PathMtuSearch search = new PathMtuSearch(sized, request, progress);
                PathMtu found = search.run();
                packets += search.packetsSent();
                if (!(found instanceof PathMtu.Unanswered) || i == kinds.size() - 1) {
                    return new Search(kind, found, packets);
                }
                progress.line("no answer by " + kind.label() + ": trying the next");
            }
        }
    }

    private static Report report(InetAddress address, MtuRequest request, Search search) {
        PathMtu found = search.found();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("address", AddressText.of(address));
        values.put("mode", search.kind() == SocketKind.UDP ? "udp" : "icmp");
        found.bytesPassed().ifPresent(bytes -> values.put("path_mtu_bytes", bytes));
        found.limiter().ifPresent(router -> values.put("limited_by", AddressText.of(router)));
        if (found instanceof PathMtu.BelowLeast below && below.told() > 0) {
            values.put("told_mtu_bytes", below.told());
        }
        if (found instanceof PathMtu.Inconclusive unclear) {
            values.put("passed_once_bytes", unclear.atLeast());
        }
        values.put("least_bytes", request.least());
        values.put("most_bytes", request.most());
        values.put("packets", search.packets());
        return new Report(found.bytesPassed().isPresent(), word(found), values,
                List.of(AddressText.of(address) + ": " + text(found)));
    }

    private static String word(PathMtu found) {
        return switch (found) {
            case PathMtu.Full _ -> "full";
            case PathMtu.Reduced _ -> "reduced";
            case PathMtu.BlackHole _ -> "black-hole";
            case PathMtu.BelowLeast _ -> "below-least";
            case PathMtu.Unanswered _ -> "unanswered";
            case PathMtu.Inconclusive _ -> "inconclusive";
            case PathMtu.Refused refused -> refused.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
            case PathMtu.NotSent _ -> "not-sent";
        };
    }

    private static String text(PathMtu found) {
        return switch (found) {
            case PathMtu.Full full -> "full: " + full.bytes() + " bytes pass, the largest tried";
            case PathMtu.Reduced reduced -> "reduced: the path MTU is " + reduced.bytes() + " bytes, limited by "
                    + AddressText.of(reduced.limitedBy());
            case PathMtu.BlackHole hole -> "black hole: packets of more than " + hole.bytes()
                    + " bytes vanish and nobody says why";
            case PathMtu.BelowLeast below -> "below the least size: " + AddressText.of(below.limitedBy()) + " takes "
                    + (below.told() > 0 ? below.told() + " bytes" : "less");
            case PathMtu.Unanswered _ -> "unanswered: the smallest packets get no answer, so larger ones tell nothing";
            case PathMtu.Inconclusive unclear -> "inconclusive: " + unclear.atLeast()
                    + " bytes passed, but so many packets are lost that the rest can't be told";
            case PathMtu.Refused refused -> word(refused) + ", says " + AddressText.of(refused.by());
            case PathMtu.NotSent failed -> "not sent: " + failed.cause();
        };
    }

    /** Of the interface that packets to the target leave by; empty if there is no route. Sends nothing. */
    private static Optional<Integer> interfaceMtu(InetAddress target, int port, Optional<InetAddress> source) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(target, port);
            InetAddress local = source.orElseGet(socket::getLocalAddress);
            return Optional.ofNullable(NetworkInterface.getByInetAddress(local)).map(MtuKind::mtu)
                    .or(() -> routeMtu(target, port));
        } catch (IOException | RuntimeException e) {
            // What is wrong with the way out is told by the first packet.
            return routeMtu(target, port);
        }
    }

    /** What the kernel has for the route; may be less than the interface's for minutes after a router has said so. */
    private static Optional<Integer> routeMtu(InetAddress target, int port) {
        try (NativeSocket socket = NativeSocket.open(AddressFamily.of(target), SocketKind.UDP)) {
            int mtu = socket.connect(target, port) == 0 ? socket.pathMtu() : 0;
            return mtu > 0 ? Optional.of(mtu) : Optional.empty();
        } catch (NativeCallException e) {
            return Optional.empty();
        }
    }

    private static int mtu(NetworkInterface device) {
        try {
            return device.getMTU();
        } catch (SocketException e) {
            return MtuRequest.MOST_BYTES;
        }
    }
}
