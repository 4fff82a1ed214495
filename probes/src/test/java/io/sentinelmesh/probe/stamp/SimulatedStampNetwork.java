package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.pacing.EngineClock;

/**
 * A network and a reflector with a clock of its own, around the real reflection. Each packet meets the next of the fates named, or the ordinary
 * one when none is left. It is the engine's clock, too.
 */
final class SimulatedStampNetwork implements StampNetwork, EngineClock {

    static final Duration ONE_WAY = Duration.ofMillis(5);
    static final Duration RESIDENCE = Duration.ofMillis(3);
    private static final long START_MONOTONIC = 77_000_000_000L;
    private static final long START_WALL = 1_767_323_045_250_000_000L;

    /** What becomes of a packet. */
    sealed interface Fate {
    }

    record Reflected(Duration there, Duration back) implements Fate {
    }

    record LostThere() implements Fate {
    }

    record LostBack() implements Fate {
    }

    record DoubledThere() implements Fate {
    }

    record DoubledBack() implements Fate {
    }

    record RefusedBy(InetAddress offender, RefusalReason reason) implements Fate {
    }

    record NotSent(int errno) implements Fate {
    }

    private record Arrival(long at, long order, Runnable tell) {
    }

    private final Reflection reflection = new Reflection(Optional.empty());
    private final Map<Integer, Integer> reflectorNumbers = new HashMap<>();
    private final Map<Integer, Long> lastDepartures = new HashMap<>();
    private final Queue<Fate> fates = new ArrayDeque<>();
    private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>(
            Comparator.comparingLong(Arrival::at).thenComparingLong(Arrival::order));
    private Fate ordinary = new Reflected(ONE_WAY, ONE_WAY);
    private long reflectorAhead;
    private long wallAhead;
    private long monotonic = START_MONOTONIC;
    private long order;
    private boolean knowsSessions = true;
    private Optional<StampEvents> hearer = Optional.empty();

    SimulatedStampNetwork next(Fate... fates) {
        this.fates.addAll(List.of(fates));
        return this;
    }

    SimulatedStampNetwork otherwise(Fate fate) {
        ordinary = fate;
        return this;
    }

    void reflectorsClockIsAhead(Duration ahead) {
        reflectorAhead = ahead.toNanos();
    }

    void setWallClock(Duration forward) {
        wallAhead += forward.toNanos();
    }

    /** It copies no session identifier: a reflector of before RFC 8972. */
    void reflectorKnowsNoSessions() {
        knowsSessions = false;
    }

    void restartReflector() {
        reflectorNumbers.clear();
    }

    void pass(Duration time) {
        monotonic += time.toNanos();
    }

    @Override
    public void destinations(List<StampTarget> destinations) {
        // One reflector for all.
    }

    @Override
    public int send(int flow, int destination, byte[] packet, int length) {
        Fate fate = fates.isEmpty() ? ordinary : fates.remove();
        byte[] request = Arrays.copyOf(packet, length);
        if (fate instanceof NotSent notSent) {
            return notSent.errno();
        }
        long left = wallNanos();
        arrive(monotonic, () -> hear().transmitted(flow, request, length, left));
        switch (fate) {
            case Reflected(Duration there, Duration back) -> answer(flow, request, there, back, 1);
            case LostThere _ -> {
            }
            case LostBack _ -> reflect(flow, request, ONE_WAY);
            case DoubledThere _ -> {
                answer(flow, request, ONE_WAY, ONE_WAY, 1);
                answer(flow, request, ONE_WAY, ONE_WAY, 1);
            }
            case DoubledBack _ -> answer(flow, request, ONE_WAY, ONE_WAY, 2);
            case RefusedBy(InetAddress offender, RefusalReason reason) -> arrive(monotonic + ONE_WAY.toNanos(),
                    () -> hear().refused(flow, request, length, reason, offender));
            case NotSent _ -> throw new IllegalStateException("handled above");
        }
        return 0;
    }

    private void answer(int flow, byte[] request, Duration there, Duration back, int copies) {
        byte[] answer = reflect(flow, request, there);
        long at = monotonic + there.plus(RESIDENCE).plus(back).toNanos();
        for (int copy = 0; copy < copies; copy++) {
            long stamp = at - monotonic + wallNanos();
            arrive(at, () -> hear().received(flow, answer.clone(), answer.length, stamp, 60, 0));
        }
    }

    private byte[] reflect(int flow, byte[] request, Duration there) {
        byte[] answer = request.clone();
        int number = reflectorNumbers.merge(flow, 1, Integer::sum) - 1;
        long received = wallNanos() + there.toNanos() + reflectorAhead;
        reflection.answer(answer, answer.length, number, received, 61, 0,
                lastDepartures.getOrDefault(flow, Reflection.NO_TIMESTAMP));
        // The kernel needs another 100 us for it, which only the follow-up tells.
        reflection.depart(answer, received + RESIDENCE.toNanos() - 100_000);
        lastDepartures.put(flow, received + RESIDENCE.toNanos());
        if (!knowsSessions) {
            PacketBytes.putShort(answer, StampMode.UNAUTHENTICATED.sessionId(), 0);
        }
        return answer;
    }

    /** Whatever anybody may send to a source port of ours. */
    void intrude(int flow, byte[] packet) {
        arrive(monotonic, () -> hear().received(flow, packet, packet.length, wallNanos(), 60, 0));
    }

    private void arrive(long at, Runnable tell) {
        arrivals.add(new Arrival(at, order++, tell));
    }

    private StampEvents hear() {
        return hearer.orElseThrow();
    }

    @Override
    public boolean receive(StampEvents events) {
        hearer = Optional.of(events);
        while (!arrivals.isEmpty() && arrivals.peek().at() <= monotonic) {
            arrivals.remove().tell().run();
        }
        return true;
    }

    @Override
    public List<Pollable> pollables() {
        return List.of();
    }

    @Override
    public long monotonicNanos() {
        return monotonic;
    }

    @Override
    public long wallNanos() {
        return START_WALL + monotonic - START_MONOTONIC + wallAhead;
    }

    @Override
    public void close() {
        arrivals.clear();
    }
}
