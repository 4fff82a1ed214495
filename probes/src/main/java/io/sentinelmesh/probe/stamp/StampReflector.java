package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.probe.engine.Activity;
import io.sentinelmesh.probe.engine.EngineThread;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.nativenet.SocketKind;
import io.sentinelmesh.probe.pacing.EngineClock;

/**
 * Answers test packets of STAMP senders, and of TWAMP Light ones (RFC 5357 appendix I), on both address families, on a thread of its own. Never
 * sends more bytes than it got nor faster than its caps, and counts what it does not answer. Needs no rights for a port above 1023.
 */
public final class StampReflector implements AutoCloseable {

    /** Some 4,000 small packets: what may come in while a busy machine lets the thread wait. */
    private static final int BUFFER_BYTES = 4 << 20;
    private static final String ANY_IPV4 = "0.0.0.0";
    private static final String ANY_IPV6 = "::";

    private final List<FamilyReflector> reflectors;
    private final List<String> missing;
    private final ReflectorCounters counters;
    private final EngineThread thread;
    private final int port;

    private StampReflector(List<FamilyReflector> reflectors, List<String> missing, ReflectorCounters counters,
            EngineClock clock) {
        this.reflectors = List.copyOf(reflectors);
        this.missing = List.copyOf(missing);
        this.counters = counters;
        // Asked before the engine thread has the sockets to itself.
        port = reflectors.getFirst().socket().localPort();
        thread = new EngineThread("stamp-reflector", clock, List.of(new Reflecting(this.reflectors)));
    }

    /**
     * It runs.
     *
     * @throws NativeCallException if the port can be opened in neither family, or the address is not this host's
     */
    public static StampReflector open(ReflectorSettings settings) {
        SecureRandom random = new SecureRandom();
        EngineClock clock = new KernelClock();
        ReflectorCounters counters = new ReflectorCounters();
        Reflection reflection = new Reflection(settings.key().map(PacketAuthenticator::new));
        PeerLimits limits = new PeerLimits(settings.packetsPerSecondAndPeer(), settings.packetsPerSecond(),
                random.nextLong());
        ReflectorSessions sessions = new ReflectorSessions(random.nextLong());
        List<FamilyReflector> reflectors = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        int port = settings.port();
        Optional<NativeCallException> denied = Optional.empty();
        for (InetAddress address : addresses(settings)) {
            try {
                NativeSocket socket = open(address, port);
                // One number for both families.
                port = socket.localPort();
                reflectors.add(new FamilyReflector(socket, clock, reflection, limits, sessions, counters));
            } catch (NativeCallException e) {
                denied = Optional.of(e);
                missing.add(AddressFamily.of(address).label() + " is not answered: " + e.getMessage());
            }
        }
        if (reflectors.isEmpty()) {
            throw denied.orElseThrow();
        }
        StampReflector reflector = new StampReflector(reflectors, missing, counters, clock);
        reflector.thread.start();
        return reflector;
    }

    private static List<InetAddress> addresses(ReflectorSettings settings) {
        return settings.address().map(List::of)
                .orElseGet(() -> List.of(InetAddress.ofLiteral(ANY_IPV4), InetAddress.ofLiteral(ANY_IPV6)));
    }

    private static NativeSocket open(InetAddress address, int port) {
        NativeSocket socket = NativeSocket.open(AddressFamily.of(address), SocketKind.UDP);
        try {
            socket.wishForBuffers(BUFFER_BYTES);
            socket.stampPackets();
            socket.tellHeaderFields();
            socket.tellDestinations();
            socket.neverFragment();
            // The sender counts the hops from it.
            socket.hopLimit(StampSettings.FULL_HOP_LIMIT);
            socket.bind(address, port);
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** One line for each address family that could not be opened. */
    public List<String> missing() {
        return missing;
    }

    public ReflectorCounters counters() {
        return counters;
    }

    /** Empty while it runs; otherwise why it ended, in one line. */
    public Optional<String> trouble() {
        return thread.trouble();
    }

    @Override
    public void close() {
        thread.close();
    }

    /** @param reflectors one or two */
    private record Reflecting(List<FamilyReflector> reflectors) implements Activity {

        @Override
        public long step(long now) {
            for (int i = 0; i < reflectors.size(); i++) {
                reflectors.get(i).step(now);
            }
            return Long.MAX_VALUE;
        }

        @Override
        public List<Pollable> pollables() {
            return List.copyOf(reflectors.stream().map(FamilyReflector::socket).toList());
        }

        @Override
        public void close() {
            reflectors.forEach(FamilyReflector::close);
        }
    }
}
