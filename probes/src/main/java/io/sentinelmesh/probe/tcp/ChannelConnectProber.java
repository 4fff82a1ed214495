package io.sentinelmesh.probe.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
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
import io.sentinelmesh.probe.pacing.EngineClock;

/**
 * Measures by TCP connect where the kernel's own sockets can't be reached, with what the JDK gives: no round-trip time of the kernel's, and of an
 * ICMP refusal only that there was one, so that the destination stands as the offender.
 */
final class ChannelConnectProber implements Prober {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelConnectProber.class);
    static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final ProbeRung rung;
    private final ChannelConnectEngine engine;
    private final AtomicReference<Optional<List<ProbeTarget>>> wanted = new AtomicReference<>(Optional.empty());
    private final Thread thread;
    private volatile boolean closing;
    private volatile Optional<String> trouble = Optional.empty();

    private ChannelConnectProber(ChannelConnectEngine engine, String remedy) {
        this.engine = engine;
        rung = new ProbeRung(ProbeKind.TCP_CONNECT, TcpConnectProber.LABEL, Optional.of(remedy));
        thread = Thread.ofPlatform().name("tcp-connect-engine").daemon().unstarted(this::run);
    }

    /** @param remedy what would permit ICMP */
    static ChannelConnectProber open(ProberSettings settings, ProbeListener listener, String remedy) {
        try {
            ChannelConnectEngine engine = new ChannelConnectEngine(Selector.open(), SocketChannel::open, new JdkClock(),
                    settings,
                    listener);
            ChannelConnectProber prober = new ChannelConnectProber(engine, remedy);
            prober.thread.start();
            return prober;
        } catch (IOException e) {
            throw new UncheckedIOException("no selector for TCP probes; is the limit of open files reached?", e);
        }
    }

    private void run() {
        try (engine) {
            while (!closing) {
                wanted.getAndSet(Optional.empty()).ifPresent(engine::replaceTargets);
                engine.step();
            }
        } catch (IOException | RuntimeException | Error e) {
            if (!closing) {
                trouble = e.toString().lines().findFirst();
            }
            LOG.error("The TCP connect engine stopped: this prober measures nothing any more", e);
        }
    }

    @Override
    public ProbeRung rung() {
        return rung;
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
                LOG.warn("The TCP connect engine did not stop within {}: its listener blocks", CLOSE_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Good enough here: no kernel stamp is ever compared with it. */
    private static final class JdkClock implements EngineClock {

        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }

        @Override
        public long wallNanos() {
            Instant now = Instant.now();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        }
    }
}
