package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.TargetRules;
import io.sentinelmesh.probe.engine.Activity;
import io.sentinelmesh.probe.engine.EngineThread;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.pacing.EngineClock;

/** Probes a changing set of reflectors, several flows each, at a steady pace on a thread of its own, and tells a {@link StampListener}. */
public final class StampProber implements AutoCloseable {

    private final StampCounters counters;
    private final KernelStampNetwork network;
    private final StampSender sender;
    private final int flows;
    private final AtomicReference<Optional<List<StampTarget>>> wanted = new AtomicReference<>(Optional.empty());
    private final EngineThread thread;

    private StampProber(KernelStampNetwork network, StampSender sender, StampCounters counters, int flows,
            EngineClock clock) {
        this.network = network;
        this.sender = sender;
        this.counters = counters;
        this.flows = flows;
        thread = new EngineThread("stamp-sender", clock, List.of(new Sending()));
    }

    /**
     * It runs and waits for its targets.
     *
     * @throws NativeCallException if neither family can be opened, or the source address is not this host's
     */
    public static StampProber open(StampSettings settings, StampListener listener) {
        return open(settings, Long.MAX_VALUE, listener);
    }

    /** The same for so many packets of each flow; {@link #isFinished} then. */
    static StampProber open(StampSettings settings, long packetsPerFlow, StampListener listener) {
        EngineClock clock = new KernelClock();
        StampCounters counters = new StampCounters();
        KernelStampNetwork network = KernelStampNetwork.open(settings);
        StampSender sender = new StampSender(network, clock, settings, packetsPerFlow,
                new SecureRandom().nextInt(1 << 16), listener, counters);
        StampProber prober = new StampProber(network, sender, counters, settings.flows(), clock);
        prober.thread.start();
        return prober;
    }

    /**
     * Replaces the targets from now on. A target that stays (same index, address and port) keeps its counters and its place in time; the fate of
     * packets under way to one that went is still told. Any thread.
     *
     * @throws IllegalArgumentException as {@link TargetRules#require}, or for more flows than session identifiers serve
     */
    public void probe(List<StampTarget> targets) {
        Set<Integer> indices = new HashSet<>();
        for (StampTarget target : targets) {
            if (!indices.add(target.index())) {
                throw new IllegalArgumentException(
                        "two targets have the index " + target.index() + "; number each destination differently");
            }
        }
        TargetRules.require(targets.stream().map(target -> new ProbeTarget(target.index(), target.address())).toList());
        wanted.set(Optional.of(List.copyOf(targets)));
    }

    /** The source port of each flow to addresses of this family; zeros if this host does not speak it. */
    public int[] sourcePorts(InetAddress destination) {
        return network.sourcePorts(AddressFamily.of(destination), flows);
    }

    /** How far the results are to be trusted. */
    public StampCounters counters() {
        return counters;
    }

    boolean isFinished() {
        return sender.isFinished();
    }

    /** Empty while the engine runs; otherwise why it ended, in one line. */
    public Optional<String> trouble() {
        return thread.trouble();
    }

    /** Stops sending, waits for the engine thread to end (bounded), frees the sockets. Nothing is told to the listener afterwards. */
    @Override
    public void close() {
        thread.close();
    }

    /** The sender, given its targets on its own thread. */
    private final class Sending implements Activity {

        @Override
        public long step(long now) {
            if (wanted.get().isPresent()) {
                wanted.getAndSet(Optional.empty()).ifPresent(sender::replaceTargets);
            }
            return sender.step(now);
        }

        @Override
        public List<Pollable> pollables() {
            return sender.pollables();
        }

        @Override
        public void close() {
            sender.close();
        }
    }
}
