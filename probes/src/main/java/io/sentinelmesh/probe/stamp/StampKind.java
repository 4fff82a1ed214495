package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.RateCaps;
import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.CommonSettings;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.kind.Targets;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketKind;

/** STAMP test packets to a reflector. */
public final class StampKind implements Kind {

    static final String NAME = "stamp";
    /** Samples of one run are kept whole, for its medians: 49 bytes each, and up to 58 for what is under way. A command has 64 MB in all. */
    static final int MOST_PACKETS = 200_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    static final Setting<Integer> COUNT = Setting.number("count", 10, 1, 100_000, "packets of each flow");
    static final Setting<Duration> INTERVAL = Setting.duration("interval", "100ms", Duration.ofMillis(1),
            Duration.ofHours(1), "between two packets of one flow");
    static final Setting<Integer> FLOWS = Setting.number("flows", StampSettings.DEFAULT_FLOWS, 1,
            StampSettings.MOST_FLOWS, "source ports; routers send each over one of several equal paths");
    static final Setting<Duration> TIMEOUT = Setting.duration("timeout", "1s", Duration.ofMillis(10),
            Duration.ofMinutes(1), "a packet without an answer is lost after");
    static final Setting<Integer> RATE = Setting.number("rate",
            ReflectorSettings.DEFAULT_PACKETS_PER_SECOND_AND_PEER, 1, RateCaps.DEFAULT.packetsPerSecond(),
            "packets a second of all flows at most: what the reflector answers one peer (its --peer-rate)");
    static final Setting<Integer> SIZE = Setting.number("size", StampSettings.leastSize(false),
            StampSettings.MOST_SIZE, "bytes of UDP data, there and back; as few as possible by default");
    static final Setting<Integer> HOP_LIMIT = Setting.number("hop-limit", StampSettings.FULL_HOP_LIMIT, 1,
            StampSettings.FULL_HOP_LIMIT, "hop limit (TTL) the packets leave with");
    static final Setting<String> KEY_FILE = Setting.text("key-file", "FILE",
            "file with the key that the reflector has, too, for its authenticated mode");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "delay and loss of each direction by STAMP (RFC 8762) to a reflector (sentinel reflector, a router), over many flows";
    }

    @Override
    public String targetForm() {
        return "HOST[:PORT]";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(COUNT, INTERVAL, FLOWS, RATE, TIMEOUT, SIZE, CommonSettings.DSCP, HOP_LIMIT,
                CommonSettings.SOURCE,
                CommonSettings.FAMILY, KEY_FILE);
    }

    @Override
    public Run prepare(String target, Settings settings) {
        Targets.HostPort hostPort = Targets.hostPort(target, ReflectorSettings.DEFAULT_PORT);
        InetAddress address = Targets.resolve(hostPort.host(), settings.get(CommonSettings.FAMILY));
        Optional<InetAddress> source = settings.find(CommonSettings.SOURCE)
                .map(text -> Targets.source(text, address));
        Optional<SharedKey> key = settings.find(KEY_FILE).map(file -> SharedKey.read(Path.of(file)));
        int least = StampSettings.leastSize(key.isPresent());
        int size = settings.find(SIZE).orElse(least);
        if (size < least) {
            throw new BadRequestException(
                    "size: an authenticated packet has at least " + least + " bytes, not " + size);
        }
        int count = settings.get(COUNT);
        int flows = settings.get(FLOWS);
        if ((long) count * flows > MOST_PACKETS) {
            throw new BadRequestException("count: " + count + " packets of " + flows + " flows are more than "
                    + MOST_PACKETS + " in one run; name fewer");
        }
        requireRate(flows, settings.get(INTERVAL), settings.get(RATE));
        requireSupported();
        requireFits(address, hostPort.port(), size);
        StampSettings stamp = new StampSettings(new ProbePacing(settings.get(INTERVAL), settings.get(TIMEOUT)), flows,
                size, settings.get(CommonSettings.DSCP), settings.get(HOP_LIMIT), source, key,
                new RateCaps(RateCaps.DEFAULT.packetsPerSecond(), settings.get(RATE)));
        return new StampRun(new StampTarget(0, address, hostPort.port()), stamp, count);
    }

    /** What the reflector leaves unanswered to keep its cap would look like loss of the network's. */
    private static void requireRate(int flows, Duration interval, int rate) {
        if (flows * NANOS_PER_SECOND > rate * interval.toNanos()) {
            long shortest = Math.ceilDiv(flows * 1_000L, rate);
            throw new BadRequestException("interval: at " + rate + " packets/s, which a reflector answers one peer, "
                    + flows + " flows need " + shortest
                    + "ms or more; choose so, fewer flows, or a higher rate for a reflector with a higher --peer-rate");
        }
    }

    private static void requireSupported() {
        if (!NativeSocket.isSupported()) {
            throw new BadRequestException("STAMP needs Linux on a 64-bit processor; use the kind tcp");
        }
    }

    /** What the interface does not take could never leave whole. */
    private static void requireFits(InetAddress address, int port, int size) {
        AddressFamily family = AddressFamily.of(address);
        try (NativeSocket socket = NativeSocket.open(family, SocketKind.UDP)) {
            if (socket.connect(address, port) != 0) {
                // No route: the run tells that as its outcome.
                return;
            }
            int headers = 8 + switch (family) {
                case IPV4 -> 20;
                case IPV6 -> 40;
            };
            int mtu = socket.pathMtu();
            if (mtu > headers && size > mtu - headers) {
                throw new BadRequestException("size: " + size + " bytes do not fit the way to "
                        + AddressText.of(address) + ", which takes " + mtu + " with headers: at most "
                        + (mtu - headers));
            }
        } catch (NativeCallException e) {
            throw new BadRequestException("family: " + e.getMessage() + "; choose the other address family", e);
        }
    }
}
