package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.engine.Activity;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.pacing.EngineClock;

/**
 * A network, a kernel and their clocks in memory. Every request meets the next of the fates that were told beforehand, or else the ordinary one.
 * Time passes only while the engine sleeps.
 */
final class SimulatedNetwork implements EchoSocket, EngineClock {

    static final int HOP_LIMIT = 61;
    static final long EPOCH_NANOS = 1_700_000_000_000_000_000L;

    /** What becomes of one request. */
    @FunctionalInterface
    interface Fate {
        void befall(SimulatedNetwork network, long sequence);
    }

    /** One request as the engine handed it over. */
    record Sent(InetAddress destination, long sequence, Duration at) {
    }

    private record Arrival(long at, long order, Runnable tell) {
    }

    private final long nonce;
    private final Queue<Fate> fates = new ArrayDeque<>();
    private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>(
            Comparator.comparingLong(Arrival::at).thenComparingLong(Arrival::order));
    private final List<Sent> sent = new ArrayList<>();
    private List<InetAddress> destinations = List.of();
    private Fate ordinary = answeredAfter(Duration.ofMillis(1));
    private long monotonic = 5_000_000_000L;
    private final long start = monotonic;
    private long wallAhead = EPOCH_NANOS - monotonic;
    private long order;
    private boolean kernelStamps = true;
    private long queueNanos;
    private int mostPerReceive = Integer.MAX_VALUE;
    private int waits;
    private int hopLimit = HOP_LIMIT;
    private boolean closed;
    /** The engine that listens; told with each receive. */
    private final ArrayDeque<EchoEvents> hearing = new ArrayDeque<>();

    SimulatedNetwork(long nonce) {
        this.nonce = nonce;
    }

    // What may become of a request

    static Fate answeredAfter(Duration delay) {
        return (network, sequence) -> network.reply(network.nonce, sequence, delay);
    }

    static Fate lost() {
        return (network, sequence) -> {
        };
    }

    static Fate answeredTwice(Duration delay, Duration again) {
        return (network, sequence) -> {
            network.reply(network.nonce, sequence, delay);
            network.reply(network.nonce, sequence, again);
        };
    }

    static Fate corruptAfter(Duration delay) {
        return (network, sequence) -> network.arrive(delay,
                () -> network.hearer().replied(network.nonce, sequence, false, network.hopLimit, network.wallNanos()));
    }

    static Fate forgedAfter(Duration delay, long otherNonce) {
        return (network, sequence) -> network.reply(otherNonce, sequence, delay);
    }

    static Fate answeredWithSequence(long shift, Duration delay) {
        return (network, sequence) -> network.reply(network.nonce, sequence + shift, delay);
    }

    static Fate refusedAfter(Duration delay, RefusalReason reason, InetAddress offender) {
        return (network, sequence) -> network.arrive(delay,
                () -> network.hearer().refused(network.nonce, sequence, reason, offender));
    }

    static Fate refusedBrieflyAfter(Duration delay, RefusalReason reason, InetAddress offender) {
        return (network, sequence) -> network.arrive(delay,
                () -> network.hearer().refusedBriefly((int) sequence & 0xffff, reason, offender));
    }

    /** It never leaves the host. */
    static Fate notSent(int errno) {
        return new NotSent(errno);
    }

    private record NotSent(int errno) implements Fate {
        @Override
        public void befall(SimulatedNetwork network, long sequence) {
            throw new IllegalStateException("a packet that was not sent meets nobody");
        }
    }

    // Setting the scene

    SimulatedNetwork then(Fate fate) {
        fates.add(fate);
        return this;
    }

    SimulatedNetwork otherwise(Fate fate) {
        ordinary = fate;
        return this;
    }

    /** Between leaving the engine and leaving the host, where the kernel takes its stamp. */
    void queuesFor(Duration delay) {
        queueNanos = delay.toNanos();
    }

    /** Replies arrive with it. */
    void hopLimit(int seen) {
        hopLimit = seen;
    }

    void withoutTransmitStamps() {
        kernelStamps = false;
    }

    void tellsAtMostPerReceive(int events) {
        mostPerReceive = events;
    }

    void setWallClock(Duration forward) {
        wallAhead += forward.toNanos();
    }

    /** The process is suspended: time passes, the engine does not run. */
    void pause(Duration duration) {
        monotonic += duration.toNanos();
    }

    Duration now() {
        return Duration.ofNanos(monotonic - start);
    }

    List<Sent> sent() {
        return sent;
    }

    int waits() {
        return waits;
    }

    boolean isClosed() {
        return closed;
    }

    // The kernel's side

    @Override
    public void destinations(List<InetAddress> destinations) {
        this.destinations = destinations;
    }

    @Override
    public void send(EchoBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            long sequence = batch.sequence(i);
            Fate fate = fates.isEmpty() ? ordinary : fates.remove();
            if (fate instanceof NotSent refused) {
                batch.notSent(i, refused.errno());
                continue;
            }
            sent.add(new Sent(destinations.get(batch.destination(i)), sequence, now()));
            if (kernelStamps) {
                long leftAt = wallNanos() + queueNanos;
                arrive(Duration.ZERO, () -> hearer().transmitted(nonce, sequence, leftAt));
            }
            fate.befall(this, sequence);
        }
    }

    private void reply(long withNonce, long sequence, Duration delay) {
        // Stamped on arrival, whenever the engine comes to read it.
        long at = monotonic + queueNanos + delay.toNanos();
        arrive(delay, () -> hearer().replied(withNonce, sequence, true, hopLimit, at + wallAhead));
    }

    private void arrive(Duration delay, Runnable tell) {
        arrivals.add(new Arrival(monotonic + queueNanos + delay.toNanos(), order++, tell));
    }

    private EchoEvents hearer() {
        return hearing.getLast();
    }

    @Override
    public boolean receive(EchoEvents events) {
        hearing.addLast(events);
        for (int i = 0; i < mostPerReceive && isSomethingHere(); i++) {
            arrivals.remove().tell().run();
        }
        hearing.removeLast();
        return !isSomethingHere();
    }

    private boolean isSomethingHere() {
        Arrival next = arrivals.peek();
        return next != null && next.at() <= monotonic;
    }

    @Override
    public List<Pollable> pollables() {
        return List.of();
    }

    /** One turn of the engine, and the sleep after it as the engine's thread sleeps it. */
    void turn(Activity engine) {
        sleepUntil(engine.step(monotonic));
    }

    private void sleepUntil(long wake) {
        long nanos = Math.min(wake - monotonic, Activity.LONGEST_SLEEP_NANOS);
        if (wake == Long.MAX_VALUE) {
            nanos = Activity.LONGEST_SLEEP_NANOS;
        }
        if (nanos <= 0) {
            return;
        }
        waits++;
        long until = monotonic + nanos;
        Arrival next = arrivals.peek();
        if (nanos > Activity.LONGEST_TICK_NANOS && next != null && next.at() < until) {
            until = Math.max(monotonic, next.at());
        }
        monotonic = until;
    }

    @Override
    public long monotonicNanos() {
        return monotonic;
    }

    @Override
    public long wallNanos() {
        return monotonic + wallAhead;
    }

    @Override
    public void close() {
        closed = true;
    }
}
