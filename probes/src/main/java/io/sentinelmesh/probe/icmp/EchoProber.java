package io.sentinelmesh.probe.icmp;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberCounters;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.TargetRules;
import io.sentinelmesh.probe.engine.EngineThread;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.pacing.TimerLateness;

/** The echo engine on a thread of its own. */
public final class EchoProber implements Prober {

    private final ProbeRung rung;
    private final EchoEngine engine;
    private final EngineThread thread;

    EchoProber(ProbeRung rung, EchoSocket socket, EngineClock clock, long nonce, ProberSettings settings,
            ProbeListener listener) {
        this.rung = rung;
        // A host sends few "port unreachable" to one sender: a burst would use up those that the pace lives by.
        ProberSettings bounded = rung.kind() == ProbeKind.UDP_CLOSED_PORT ? settings.thatDoesNotConfirm() : settings;
        engine = new EchoEngine(socket, clock, bounded, nonce, listener);
        thread = new EngineThread("echo-engine", clock, List.of(engine));
    }

    /**
     * @throws NativeCallException if the kernel permits this kind of socket in neither family, or the source address is not this host's, or there
     *             is no interface of the name
     */
    public static EchoProber open(EchoRung rung, ProberSettings settings, ProbeListener listener) {
        SecureRandom random = new SecureRandom();
        long nonce = random.nextLong();
        OpenedSockets opened = OpenedSockets.open(rung, settings, random.nextInt(1 << 16), nonce);
        ProbeRung told = new ProbeRung(rung.kind(), rung.label(), rung.remedy(opened.missing()));
        EchoProber prober = new EchoProber(told, new KernelEchoSocket(opened.sockets()), new KernelClock(), nonce,
                settings, listener);
        prober.start();
        return prober;
    }

    void start() {
        thread.start();
    }

    @Override
    public ProbeRung rung() {
        return rung;
    }

    @Override
    public ProberCounters counters() {
        return engine.counters();
    }

    @Override
    public void probe(List<ProbeTarget> targets) {
        engine.want(TargetRules.require(targets));
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
