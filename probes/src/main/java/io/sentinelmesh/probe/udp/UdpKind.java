package io.sentinelmesh.probe.udp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import io.sentinelmesh.probe.engine.BoundedRun;
import io.sentinelmesh.probe.engine.EngineThread;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.EndpointSettings;
import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Setting;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketKind;

/** UDP requests to one port of one host, and its answers. */
public final class UdpKind implements Kind {

    /** Open sockets at once: below the 1,024 files that a process may commonly have. */
    static final int MOST_UNDER_WAY = 512;
    /** What fits into an IPv4 packet beside its header and UDP's. */
    static final int MOST_PAYLOAD = 65_507;

    static final Setting<byte[]> PAYLOAD = new Setting<>("payload", "TEXT|0xHEX", Optional.empty(),
            "what each request carries: text, or bytes in hexadecimal; nothing by default", Payloads::parse);
    static final Setting<Expectation> EXPECT = new Setting<>("expect", "REGEX|0xHEX", Optional.empty(),
            "what a right answer contains (regular expression), or the bytes it begins with; any by default",
            Expectation::parse);
    static final Setting<Integer> SIZE = Setting.number("size", 0, MOST_PAYLOAD,
            "bytes of each request's payload, filled up with zeros");

    private static final List<Setting<?>> SETTINGS = Stream
            .concat(Stream.of(PAYLOAD, EXPECT, SIZE), EndpointSettings.ALL.stream()).toList();

    @Override
    public String name() {
        return "udp";
    }

    @Override
    public String summary() {
        return "Sends UDP requests and checks the answers: round-trip time by the kernel's stamps, or who refused and why.";
    }

    @Override
    public String targetForm() {
        return "HOST:PORT";
    }

    @Override
    public List<Setting<?>> settings() {
        return SETTINGS;
    }

    @Override
    public Run prepare(String target, Settings settings) {
        if (!NativeSocket.isSupported()) {
            throw new BadRequestException("this kind needs Linux on a 64-bit processor");
        }
        EndpointSettings endpoint = EndpointSettings.of(target, settings);
        RequestOptions options = new RequestOptions(endpoint.address(), endpoint.port(), endpoint.source(),
                endpoint.device(), endpoint.dscp(), endpoint.hopLimit());
        byte[] payload = payload(settings);
        tryOut(options);
        Expectation expectation = settings.find(EXPECT).orElseGet(Expectation.Any::new);
        return progress -> run(endpoint, new KernelRequests(options, payload, MOST_UNDER_WAY).rehearse(), expectation,
                progress);
    }

    private static byte[] payload(Settings settings) {
        byte[] payload = settings.find(PAYLOAD).orElseGet(() -> new byte[0]);
        int size = settings.find(SIZE).orElse(payload.length);
        if (size < payload.length || payload.length > MOST_PAYLOAD) {
            throw new BadRequestException("size: the payload has " + payload.length + " bytes; choose a size from "
                    + Math.min(payload.length, MOST_PAYLOAD) + " to " + MOST_PAYLOAD + ", or a shorter payload");
        }
        return Arrays.copyOf(payload, size);
    }

    /** What no socket would take is told before the first packet. */
    private static void tryOut(RequestOptions options) {
        try (KernelRequests network = new KernelRequests(options, new byte[0], 1);
                NativeSocket socket = NativeSocket.open(AddressFamily.of(options.address()), SocketKind.UDP)) {
            int errno = -network.connect(socket);
            // No route is a fate of the requests: this host refuses them.
            if (errno == Errno.EADDRNOTAVAIL || errno == Errno.ENODEV || errno == Errno.EPERM) {
                throw new BadRequestException(
                        Errno.describe(errno) + "; choose another interface or source, `ip address` lists them");
            }
        } catch (NativeCallException e) {
            throw new BadRequestException(e.getMessage() + "; choose another family", e);
        }
    }

    private static Report run(EndpointSettings endpoint, KernelRequests network, Expectation expectation,
            Progress progress) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(endpoint.count());
        RequestTally tally = new RequestTally(endpoint, expectation, progress, done);
        RequestEngine engine = new RequestEngine(network, new KernelClock(), endpoint.pacing(), endpoint.count(),
                tally);
        BoundedRun.run(new EngineThread("udp-probe", new KernelClock(), List.of(engine)), done, endpoint.duration());
        return tally.report();
    }
}
