package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/** A {@link RouteFile} as a network, in a time of its own: waiting takes none. */
final class SimulatedRoute implements TraceNetwork {

    static final int FIRST_PORT = 40_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private record Arrival(long atNanos, long order, int flow, TestPacket packet, Answer answer) {
    }

    private final RouteFile file;
    private final boolean oneAtATime;
    private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>(
            Comparator.comparingLong(Arrival::atNanos).thenComparingLong(Arrival::order));
    private final Map<InetAddress, Long> credit = new HashMap<>();
    private final Map<InetAddress, Long> creditSince = new HashMap<>();
    private final List<TestPacket> sent = new ArrayList<>();
    private long now = 1_000;
    private int turn;
    private int mostUnderWayPerFlow;

    SimulatedRoute(RouteFile file, boolean oneAtATime) {
        this.file = file;
        this.oneAtATime = oneAtATime;
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public boolean oneAtATime() {
        return oneAtATime;
    }

    @Override
    public int flowName(int flow) {
        return FIRST_PORT + flow;
    }

    @Override
    public void send(int flow, List<TestPacket> packets, Replies replies) {
        for (TestPacket packet : packets) {
            sent.add(packet);
            answer(flow, packet).ifPresent(arrivals::add);
        }
        mostUnderWayPerFlow = Math.max(mostUnderWayPerFlow, packets.size());
    }

    /** The packet's way: hop by hop, until its hop limit runs out or somebody keeps it. */
    private Optional<Arrival> answer(int flow, TestPacket packet) {
        for (int at = 1; at <= packet.hopLimit(); at++) {
            Optional<RouteFile.Hop> hop = file.hop(at);
            if (hop.isEmpty()) {
                return Optional.empty();
            }
            RouteFile.Hop here = hop.orElseThrow();
            int chosen = switch (here.choice()) {
                case PER_FLOW -> flow;
                case PER_PACKET -> here.routers().size() > 1 ? turn++ : 0;
            };
            RouteFile.Router router = here.routers().get(chosen % here.routers().size());
            boolean ends = at == packet.hopLimit() || !(here.role() instanceof RouteFile.Role.Passing);
            if (ends) {
                int hopLimit = at;
                return router.address().filter(address -> mayAnswer(address, here))
                        .map(address -> arrival(flow, packet, here, file.seenAs(address, hopLimit)));
            }
            if (!router.passesOn()) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Arrival arrival(int flow, TestPacket packet, RouteFile.Hop hop, InetAddress from) {
        long roundTrip = hop.roundTrip().toNanos();
        Answer answer = switch (hop.role()) {
            case RouteFile.Role.Passing _ -> new Answer.FromRouter(from, roundTrip, List.of());
            case RouteFile.Role.Target _ -> new Answer.FromDestination(from, roundTrip);
            case RouteFile.Role.Refusing refusing -> new Answer.Refusal(from, roundTrip, refusing.reason());
        };
        return new Arrival(now + roundTrip, sent.size(), flow, hop.brief() ? TestPacket.UNKNOWN : packet, answer);
    }

    private boolean mayAnswer(InetAddress router, RouteFile.Hop hop) {
        if (hop.burst() == Integer.MAX_VALUE) {
            return true;
        }
        long most = hop.burst() * NANOS_PER_SECOND;
        if (hop.empty()) {
            credit.putIfAbsent(router, 0L);
        }
        long earned = now - creditSince.getOrDefault(router, now);
        long have = Math.min(most, credit.getOrDefault(router, most) + earned);
        boolean may = have >= NANOS_PER_SECOND;
        credit.put(router, may ? have - NANOS_PER_SECOND : have);
        creditSince.put(router, now);
        return may;
    }

    @Override
    public void await(long untilNanos, Replies replies) {
        Arrival next = arrivals.peek();
        if (next == null || next.atNanos() > untilNanos) {
            now = Math.max(now, untilNanos);
            return;
        }
        now = Math.max(now, next.atNanos());
        while (!arrivals.isEmpty() && arrivals.element().atNanos() <= now) {
            Arrival arrival = arrivals.remove();
            replies.answered(arrival.flow(), arrival.packet(), arrival.answer());
        }
    }

    int packetsSent() {
        return sent.size();
    }

    int largestBatch() {
        return mostUnderWayPerFlow;
    }

    @Override
    public void close() {
        arrivals.clear();
    }
}
