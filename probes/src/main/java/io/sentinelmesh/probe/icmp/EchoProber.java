package io.sentinelmesh.probe.icmp;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.TargetRules;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.pacing.EngineClock;

/** The echo engine on a thread of its own. */
public final class EchoProber implements Prober {

    private static final Logger LOG = LoggerFactory.getLogger(EchoProber.class);

    static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final ProbeRung rung;
    private final EchoSocket socket;
    private final EchoEngine engine;
    private final EchoCounters counters = new EchoCounters();
    private final AtomicReference<Optional<List<ProbeTarget>>> wanted = new AtomicReference<>(Optional.empty());
    private final Thread thread;
    private volatile boolean closing;
    private volatile Optional<String> trouble = Optional.empty();

    EchoProber(ProbeRung rung, EchoSocket socket, EngineClock clock, long nonce, ProberSettings settings,
            ProbeListener listener) {
        this.rung = rung;
        this.socket = socket;
        engine = new EchoEngine(socket, clock, settings.pacing(), nonce, listener, counters);
        thread = Thread.ofPlatform().name("echo-engine").daemon().unstarted(this::run);
    }

    /**
     * @throws NativeCallException if the kernel permits this kind of socket in neither family, or the source address is not this host's
     */
    public static EchoProber open(EchoRung rung, ProberSettings settings, ProbeListener listener) {
        SecureRandom random = new SecureRandom();
        long nonce = random.nextLong();
        OpenedSockets opened = OpenedSockets.open(rung, settings.sourceAddress(), random.nextInt(1 << 16), nonce);
        ProbeRung told = new ProbeRung(ProbeKind.ICMP_ECHO, rung.label(), rung.remedy(opened.missing()));
        EchoProber prober = new EchoProber(told, new KernelEchoSocket(opened.sockets()), new KernelClock(), nonce,
                settings,
                listener);
        prober.start();
        return prober;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closing) {
                Optional<List<ProbeTarget>> changed = wanted.getAndSet(Optional.empty());
                if (changed.isPresent()) { // ifPresent(engine::…) would make an object in each round
                    engine.replaceTargets(changed.get());
                }
                engine.step();
            }
        } catch (RuntimeException | Error e) {
            if (!closing) {
                trouble = e.toString().lines().findFirst();
            }
            LOG.error("The echo engine stopped: this prober measures nothing any more", e);
        } finally {
            socket.close();
        }
    }

    @Override
    public ProbeRung rung() {
        return rung;
    }

    /** How far the results are to be trusted. */
    public EchoCounters counters() {
        return counters;
    }

    @Override
    public void probe(List<ProbeTarget> targets) {
        wanted.set(Optional.of(TargetRules.require(targets)));
    }

    @Override
    public Optional<String> trouble() {
        return trouble;
    }

    @Override
    public void close() {
        closing = true;
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                LOG.warn("The echo engine did not stop within {}: its listener blocks", CLOSE_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
