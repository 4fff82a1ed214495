package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

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

/** {@code trace}: the routers between here and a host, seen by several flows at once. */
public final class RouteKind implements Kind {

    static final Setting<String> MODE = Setting.choice("mode", "udp", List.of("udp", "icmp", "tcp"),
            "what the test packets are; tcp asks one hop after the other");
    static final Setting<Integer> FLOWS = Setting.number("flows", 4, 1, TraceRequest.MOST_FLOWS,
            "flows that differ in their source port (icmp: identifier)");
    static final Setting<List<Integer>> SOURCE_PORTS = new Setting<>("source-ports", "PORT,…", Optional.empty(),
            "one flow from each of these source ports instead, such as those of another prober (1 to 65535, up to "
                    + TraceRequest.MOST_FLOWS + ")",
            RouteKind::ports);
    static final Setting<Integer> PORT = Setting.number("port", 1, 65_535,
            "destination port; 33434 by default, 80 for tcp");
    static final Setting<Integer> MAX_HOPS = Setting.number("max-hops", 30, 1, TraceRequest.MOST_HOPS,
            "farthest hop limit to ask for");
    static final Setting<Integer> EXPECTED_HOPS = Setting.number("expected-hops", 0, 0, TraceRequest.MOST_HOPS,
            "length of the way if it is known: fewer packets leave then; 0 if not");
    static final Setting<Duration> TIMEOUT = Setting.duration("timeout", "1s", Duration.ofMillis(10),
            Duration.ofSeconds(10), "how long to wait for an answer before asking again");
    static final Setting<Integer> RETRIES = Setting.number("retries", 3, 0, TraceRequest.MOST_RETRIES,
            "how often to ask again what was not answered");
    static final Setting<Integer> SIZE = Setting.number("size", TracePacket.LEAST_LENGTH, TracePacket.LEAST_LENGTH,
            1_400, "bytes of UDP payload or ICMP message; not used by tcp");
    static final Setting<String> AS_TABLE = Setting.text("as-table", "FILE",
            "up to " + AsTable.MOST_LINES
                    + " lines prefix,number,name: which autonomous system an address belongs to; nothing is asked of the network");

    private static final int UDP_PORT = 33_434;
    private static final int TCP_PORT = 80;
    /** Source ports are the same for each trace to a host, so that its flows take the same ways. */
    private static final int FIRST_SOURCE_PORT = 33_600;
    private static final int SOURCE_PORT_GROUPS = 900;

    @Override
    public String name() {
        return "trace";
    }

    @Override
    public String summary() {
        return "Finds the routers on the way to a host, for several flows at once (Paris traceroute).";
    }

    @Override
    public String targetForm() {
        return "HOST";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(MODE, FLOWS, SOURCE_PORTS, PORT, MAX_HOPS, EXPECTED_HOPS, TIMEOUT, RETRIES, SIZE,
                CommonSettings.FAMILY, CommonSettings.SOURCE, CommonSettings.DSCP, AS_TABLE);
    }

    @Override
    public Run prepare(String target, Settings settings) {
        if (!NativeSocket.isSupported()) {
            throw new BadRequestException("trace needs Linux on a 64-bit processor");
        }
        InetAddress address = Targets.resolve(target, settings.get(CommonSettings.FAMILY));
        AsTable systems = settings.find(AS_TABLE).map(file -> AsTable.read(Path.of(file))).orElse(AsTable.EMPTY);
        String mode = settings.get(MODE);
        List<Integer> sourcePorts = settings.find(SOURCE_PORTS)
                .orElseGet(() -> usualPorts(address, settings.get(FLOWS)));
        TraceSocketSettings sockets = new TraceSocketSettings(address,
                settings.find(PORT).orElse(mode.equals("tcp") ? TCP_PORT : UDP_PORT),
                settings.find(CommonSettings.SOURCE).map(text -> Targets.source(text, address)), sourcePorts,
                settings.get(CommonSettings.DSCP) << 2, settings.get(SIZE));
        if (settings.get(EXPECTED_HOPS) > settings.get(MAX_HOPS)) {
            throw new BadRequestException("expected-hops: more than max-hops; raise --max-hops");
        }
        requireFits(mode, sockets);
        TraceRequest request = new TraceRequest(sourcePorts.size(), settings.get(MAX_HOPS),
                settings.get(EXPECTED_HOPS), settings.get(TIMEOUT), settings.get(RETRIES));
        boolean portsMatter = settings.find(SOURCE_PORTS).isPresent();
        open(mode, sockets, portsMatter).close();
        return progress -> run(mode, sockets, portsMatter, request, systems, progress);
    }

    private static Report run(String mode, TraceSocketSettings sockets, boolean portsMatter, TraceRequest request,
            AsTable systems, Progress progress) throws InterruptedException {
        try (TraceNetwork network = open(mode, sockets, portsMatter)) {
            TraceWatcher watcher = new LiveHops(progress, network::flowName);
            Observations observations = new Tracer(network, request, watcher).run();
            return new RouteReport(mode, sockets, new RouteFindings(observations), systems).make();
        }
    }

    /** @param portsMatter if not, other source ports do as well when those are in use */
    private static TraceNetwork open(String mode, TraceSocketSettings sockets, boolean portsMatter) {
        try {
            return openAsIs(mode, sockets);
        } catch (NativeCallException e) {
            if (e.errno() == Errno.EADDRINUSE && !portsMatter) {
                return open(mode, withAnyPorts(sockets), true);
            }
            throw new BadRequestException(remedy(mode, e), e);
        }
    }

    private static TraceNetwork openAsIs(String mode, TraceSocketSettings sockets) {
        return switch (mode) {
            case "tcp" -> new TcpNetwork(sockets, new KernelClock());
            case "icmp" -> new DatagramNetwork(SocketKind.ICMP_DATAGRAM, sockets, new KernelClock());
            default -> new DatagramNetwork(SocketKind.UDP, sockets, new KernelClock());
        };
    }

    private static TraceSocketSettings withAnyPorts(TraceSocketSettings sockets) {
        return new TraceSocketSettings(sockets.target(), sockets.port(), sockets.source(),
                Collections.nCopies(sockets.sourcePorts().size(), 0), sockets.trafficClass(), sockets.bytes());
    }

    private static String remedy(String mode, NativeCallException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.errno()) {
            case Errno.EACCES, Errno.EPERM -> mode.equals("icmp")
                    ? message + ": sysctl -w net.ipv4.ping_group_range=\"0 2147483647\" opens it, or use --mode udp"
                    : message + ": source ports below 1024 need root; choose higher ones";
            case Errno.EADDRINUSE -> message + ": end the program that has it, or choose other source ports";
            case Errno.EAFNOSUPPORT -> message + ": this host has no such address family; try --family";
            case Errno.EMFILE -> message;
            default -> message + "; check --source and --family";
        };
    }

    /** A packet that this host itself would have to cut is a mistake; one that a router can't pass on is a finding. */
    private static void requireFits(String mode, TraceSocketSettings sockets) {
        if (mode.equals("tcp")) {
            return;
        }
        try (NativeSocket socket = NativeSocket.open(sockets.family(), SocketKind.UDP)) {
            if (socket.connect(sockets.target(), sockets.port()) == 0) {
                int headers = (sockets.family() == AddressFamily.IPV6 ? 40 : 20) + (mode.equals("udp") ? 8 : 0);
                int mtu = socket.pathMtu();
                if (mtu > 0 && sockets.bytes() + headers > mtu) {
                    throw new BadRequestException("size: " + sockets.bytes() + " bytes and " + headers
                            + " of headers are more than the MTU of " + mtu + " on the way out; at most "
                            + (mtu - headers) + " fit");
                }
            }
        } catch (NativeCallException e) {
            throw new BadRequestException(remedy(mode, e), e);
        }
    }

    private static List<Integer> usualPorts(InetAddress target, int flows) {
        int group = Math.floorMod(Arrays.hashCode(target.getAddress()), SOURCE_PORT_GROUPS);
        List<Integer> ports = new ArrayList<>();
        for (int flow = 0; flow < flows; flow++) {
            ports.add(FIRST_SOURCE_PORT + group * TraceRequest.MOST_FLOWS + flow);
        }
        return ports;
    }

    private static List<Integer> ports(String text) {
        List<Integer> ports = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String port = part.strip();
            if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535
                    || ports.contains(Integer.parseInt(port))) {
                throw new IllegalArgumentException("expected different ports from 1 to 65535 with commas between");
            }
            ports.add(Integer.parseInt(port));
        }
        if (ports.size() > TraceRequest.MOST_FLOWS) {
            throw new IllegalArgumentException("expected at most " + TraceRequest.MOST_FLOWS + " ports");
        }
        return List.copyOf(ports);
    }
}
