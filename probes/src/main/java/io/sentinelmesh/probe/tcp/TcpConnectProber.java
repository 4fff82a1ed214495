package io.sentinelmesh.probe.tcp;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.TargetRules;
import io.sentinelmesh.probe.engine.EngineThread;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.pacing.TimerLateness;

/**
 * Measures by TCP connect. A packet counts as answered if the destination took the connection or reset it; an ICMP error is a refusal by who sent
 * it; silence until the loss threshold is loss.
 */
public final class TcpConnectProber implements Prober {

    public static final String LABEL = "tcp-connect";
    /** Open sockets at once: below the 1,024 files that a process may commonly have. */
    static final int MOST_UNDER_WAY = 512;

    private final ProbeRung rung;
    private final ConnectEngine engine;
    private final EngineThread thread;

    private TcpConnectProber(ConnectEngine engine, String remedy) {
        this.engine = engine;
        rung = new ProbeRung(ProbeKind.TCP_CONNECT, LABEL, Optional.of(remedy));
        thread = new EngineThread("tcp-connect-engine", new KernelClock(), List.of(engine));
    }

    /**
     * The prober runs and waits for its targets.
     *
     * @param remedy what would permit ICMP
     */
    public static Prober open(ProberSettings settings, ProbeListener listener, String remedy) {
        if (!NativeSocket.isSupported()) {
            return ChannelConnectProber.open(settings, listener, remedy);
        }
        KernelConnections network = new KernelConnections(
                new ConnectOptions(settings.tcpPort(), settings.sourceAddress()), MOST_UNDER_WAY).rehearse();
        ConnectEngine engine = new ConnectEngine(network, new KernelClock(), settings.pacing(), Long.MAX_VALUE,
                new HostProof(listener));
        TcpConnectProber prober = new TcpConnectProber(engine, remedy);
        prober.thread.start();
        return prober;
    }

    @Override
    public ProbeRung rung() {
        return rung;
    }

    @Override
    public void probe(List<ProbeTarget> targets) {
        engine.probe(TargetRules.require(targets));
    }

    @Override
    public Optional<TimerLateness> timerLateness() {
        return Optional.of(thread.lateness());
    }

    @Override
    public Optional<String> trouble() {
        return thread.trouble();
    }

    @Override
    public void close() {
        thread.close();
    }
}
