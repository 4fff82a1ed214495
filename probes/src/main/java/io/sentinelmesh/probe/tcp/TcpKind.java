package io.sentinelmesh.probe.tcp;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.sentinelmesh.probe.ProbeTarget;
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

/** TCP connections to one port of one host. */
public final class TcpKind implements Kind {

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public String summary() {
        return "Connects to a TCP port and resets: round-trip time by the kernel, or who refused and why.";
    }

    @Override
    public String targetForm() {
        return "HOST:PORT";
    }

    @Override
    public List<Setting<?>> settings() {
        return EndpointSettings.ALL;
    }

    @Override
    public Run prepare(String target, Settings settings) {
        if (!NativeSocket.isSupported()) {
            throw new BadRequestException("this kind needs Linux on a 64-bit processor");
        }
        EndpointSettings endpoint = EndpointSettings.of(target, settings);
        ConnectOptions options = new ConnectOptions(endpoint.port(), endpoint.source(), endpoint.device(),
                endpoint.dscp(), endpoint.hopLimit());
        tryOut(options, AddressFamily.of(endpoint.address()));
        return progress -> run(endpoint, options, progress);
    }

    /** What no socket would take is told before the first packet. */
    private static void tryOut(ConnectOptions options, AddressFamily family) {
        try (KernelConnections network = new KernelConnections(options, 1);
                NativeSocket socket = NativeSocket.open(family, SocketKind.TCP)) {
            int errno = -network.configure(socket);
            if (errno != 0) {
                throw new BadRequestException("source: " + Errno.describe(errno) + "; `ip address` lists this host's");
            }
        } catch (NativeCallException e) {
            throw new BadRequestException(e.getMessage() + "; choose another interface, source or family", e);
        }
    }

    private static Report run(EndpointSettings endpoint, ConnectOptions options, Progress progress)
            throws InterruptedException {
        CountDownLatch done = new CountDownLatch(endpoint.count());
        ConnectTally tally = new ConnectTally(endpoint, progress, done);
        ConnectEngine engine = new ConnectEngine(
                new KernelConnections(options, TcpConnectProber.MOST_UNDER_WAY).rehearse(), new KernelClock(),
                endpoint.pacing(), endpoint.count(), tally);
        engine.probe(List.of(new ProbeTarget(0, endpoint.address())));
        BoundedRun.run(new EngineThread("tcp-probe", new KernelClock(), List.of(engine)), done, endpoint.duration());
        return tally.report();
    }
}
