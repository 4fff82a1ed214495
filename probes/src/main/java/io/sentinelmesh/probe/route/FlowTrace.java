package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.KernelClock;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketKind;
import io.sentinelmesh.probe.route.Answer.FromRouter;
import io.sentinelmesh.probe.route.FlowFate.Loop;
import io.sentinelmesh.probe.route.FlowFate.MaybeRateLimited;
import io.sentinelmesh.probe.route.FlowFate.Reached;
import io.sentinelmesh.probe.route.FlowFate.Refused;
import io.sentinelmesh.probe.route.FlowFate.Unreached;

/**
 * The way of one flow to a host, by UDP: what an agent looks at again and again. Blocks until it is known, some seconds at most where much stays
 * silent. Any thread.
 */
public final class FlowTrace {

    private static final int PORT = 33_434;
    private static final int MOST_HOPS = 30;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int RETRIES = 1;
    /** Source ports of agents, a part of those that {@code probe trace} uses. */
    private static final int FIRST_SOURCE_PORT = 33_600;
    private static final int SOURCE_PORTS = 28_800;

    private static final ThreadLocal<TraceBuffers> BUFFERS = ThreadLocal
            .withInitial(() -> new TraceBuffers(TracePacket.LEAST_LENGTH));

    /**
     * What one trace saw.
     *
     * @param flow its source port
     * @param packets how many it took
     */
    public record Sight(int flow, Path path, TraceOutcome outcome, SortedMap<Integer, List<Integer>> labels,
            int packets) {
    }

    private FlowTrace() {
    }

    /** Whether this system has what it takes. */
    public static boolean isSupported() {
        return NativeSocket.isSupported();
    }

    /** The same port for the same way each time, as routers choose by it among links of equal cost. */
    public static int sourcePort(InetAddress target, int seed) {
        return FIRST_SOURCE_PORT + Math.floorMod(31 * seed + Arrays.hashCode(target.getAddress()), SOURCE_PORTS);
    }

    /**
     * @param source address of this host that the packets carry; the kernel chooses if empty
     * @param sourcePort another one is taken if it is in use
     * @param expectedHops how many the way had the last time; 0 if not known
     * @throws NativeCallException if the kernel denies a socket or the source address
     */
    public static Sight take(InetAddress target, Optional<InetAddress> source, int sourcePort, int expectedHops)
            throws InterruptedException {
        TraceRequest request = new TraceRequest(1, MOST_HOPS, Math.clamp(expectedHops, 0, MOST_HOPS), TIMEOUT,
                RETRIES);
        try (TraceNetwork network = open(target, source, sourcePort)) {
            return sight(network.flowName(0), new Tracer(network, request, TraceWatcher.NOBODY).run());
        }
    }

    private static TraceNetwork open(InetAddress target, Optional<InetAddress> source, int sourcePort) {
        try {
            return network(target, source, sourcePort);
        } catch (NativeCallException e) {
            if (e.errno() != Errno.EADDRINUSE || sourcePort == 0) {
                throw e;
            }
            return network(target, source, 0);
        }
    }

    private static TraceNetwork network(InetAddress target, Optional<InetAddress> source, int sourcePort) {
        return new DatagramNetwork(SocketKind.UDP, new TraceSocketSettings(target, PORT, source, List.of(sourcePort),
                0, TracePacket.LEAST_LENGTH), new KernelClock(), BUFFERS.get());
    }

    static Sight sight(int flow, Observations observations) {
        FlowObservation seen = observations.flows().getFirst();
        Path path = seen.path();
        TraceOutcome outcome = switch (new RouteFindings(observations).fate(seen)) {
            case Reached _ -> TraceOutcome.REACHED;
            case MaybeRateLimited _,Unreached _ -> TraceOutcome.UNREACHED;
            case Loop _ -> TraceOutcome.LOOP;
            case Refused refused -> TraceOutcome.refused(refused.refusal().reason());
        };
        return new Sight(flow, path, outcome, labels(seen, path.hops().size()), seen.packets());
    }

    private static SortedMap<Integer, List<Integer>> labels(FlowObservation seen, int hops) {
        SortedMap<Integer, List<Integer>> labels = new TreeMap<>();
        int room = PathTrace.MOST_LABELS;
        for (HopObservation hop : seen.hops()) {
            List<Integer> stack = hop.answers().stream().filter(FromRouter.class::isInstance)
                    .map(answer -> ((FromRouter) answer).labels()).max(Comparator.comparingInt(List::size))
                    .orElse(List.of()).stream().map(MplsLabel::label).toList();
            if (!stack.isEmpty() && stack.size() <= room && hop.hopLimit() <= hops) {
                labels.put(hop.hopLimit(), stack);
                room -= stack.size();
            }
        }
        return labels;
    }
}
