package io.sentinelmesh.agent.simulate;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;

/**
 * An agent that does what no agent should: sends twice, too early, again long after, what cannot be read, rounds of days ago, and hangs up in the
 * middle. What of it is acknowledged must be stored once all the same. One thread's.
 */
final class UnrulyAgent {

    enum Mischief {
        NONE, TWICE, LONG_AGO_AGAIN, INTERLEAVED, TOO_EARLY, GARBLED, CUT_SHORT, ANOTHERS, HUNG_UP, NEW_BOOT
    }

    private static final Duration CREDIT_WITHIN = Duration.ofSeconds(20);
    private static final Duration ACK_WITHIN = Duration.ofSeconds(20);
    private static final Duration REFUSAL_WITHIN = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** Of rounds: how many of them are of days ago. */
    private static final double LATE = 0.3;
    private static final int STEPS_ON_A_LINK = 40;

    private final int index;
    private final Rounds rounds;
    private final BatchMaker maker;
    private final Books books;
    private final DoorLinks door;
    private final BooleanSupplier stopping;
    private final Random random;
    private final Map<Mischief, Long> did = new EnumMap<>(Mischief.class);
    private final Map<String, Long> refused = new TreeMap<>();
    /** Which round each batch of this boot holds, and what it comes to; from 1. */
    private final List<Long> roundOf = new ArrayList<>();
    private UUID boot = UUID.randomUUID();
    private long acknowledged;
    private long nextRound;
    private long nextLateRound;
    private long lateBatches;
    private int acts;

    UnrulyAgent(int index, Rounds rounds, Books books, DoorLinks door, long seed, BooleanSupplier stopping) {
        this.index = index;
        this.rounds = rounds;
        this.maker = new BatchMaker(rounds, InstantSource.system());
        this.books = books;
        this.door = door;
        this.stopping = stopping;
        this.random = new Random(seed * 31 + index);
        long now = BatchMaker.micros(InstantSource.system().instant()) / rounds.world().roundMicros();
        // Half a day to go before they were of the future.
        this.nextRound = now - Duration.ofHours(12).toNanos() / 1_000 / rounds.world().roundMicros();
        this.nextLateRound = now - Duration.ofDays(2).toNanos() / 1_000 / rounds.world().roundMicros();
    }

    Map<Mischief, Long> did() {
        return did;
    }

    Map<String, Long> refused() {
        return refused;
    }

    long lateBatches() {
        return lateBatches;
    }

    /** Batches that were sent and are not acknowledged. */
    long left() {
        return roundOf.size() - acknowledged;
    }

    /** Until it is to stop and all it ever sent is acknowledged, or that time is over. */
    void run(BooleanSupplier over) throws InterruptedException {
        while (!(stopping.getAsBoolean() && left() == 0) && !over.getAsBoolean()) {
            Optional<UnrulyLink> opened = UnrulyLink.open(door, index);
            if (opened.isPresent()) {
                try (UnrulyLink link = opened.get()) {
                    if (enter(link)) {
                        work(link);
                    }
                }
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
    }

    private boolean enter(UnrulyLink link) throws InterruptedException {
        World world = rounds.world();
        MeshNode self = new MeshNode(rounds.id(index), MeshNode.Role.AGENT, world.agentName(index),
                world.siteName(world.siteOf(index)), world.address(index));
        var now = InstantSource.system().instant();
        link.send(FrameCodec.encode(new Frame.Hello(FrameCodec.FORMAT_VERSION, self, boot, "unruly",
                ProbeKind.ICMP_ECHO, "simulated", "", now, now)));
        return awaitFrame(link, CREDIT_WITHIN, Frame.Credit.class);
    }

    private void work(UnrulyLink link) throws InterruptedException {
        // The sequence of a link begins with its first batch: what is left out before that, nobody misses.
        link.send(batch(acknowledged + 1));
        if (!settle(link)) {
            return;
        }
        for (int step = 0; step < STEPS_ON_A_LINK && link.isOpen() && !stopping.getAsBoolean(); step++) {
            Mischief mischief = next();
            did.merge(mischief, 1L, Long::sum);
            if (!act(link, mischief)) {
                return;
            }
        }
    }

    /** Each once, then by chance. */
    private Mischief next() {
        Mischief[] all = Mischief.values();
        return all[acts < all.length ? acts++ : random.nextInt(all.length)];
    }

    /** @return whether the link is still to be used */
    private boolean act(UnrulyLink link, Mischief mischief) throws InterruptedException {
        long next = acknowledged + 1;
        switch (mischief) {
            case NONE -> link.send(batch(next));
            case TWICE -> {
                link.send(batch(next));
                link.send(batch(next));
            }
            case LONG_AGO_AGAIN -> {
                link.send(batch(1 + random.nextInt((int) next)));
                link.send(batch(next));
            }
            case INTERLEAVED -> {
                link.send(batch(next));
                link.send(batch(next + 1));
                link.send(batch(next));
                link.send(batch(next + 1));
            }
            case TOO_EARLY -> {
                link.send(batch(next + 1));
                return refusedWith(link, Frame.Refusal.Code.OUT_OF_ORDER);
            }
            case GARBLED -> {
                link.send(garbled(batch(next)));
                return refusedWith(link, Frame.Refusal.Code.MALFORMED);
            }
            case CUT_SHORT -> {
                byte[] whole = batch(next);
                link.send(undecodable(() -> Arrays.copyOf(whole, random.nextInt(whole.length))));
                return refusedWith(link, Frame.Refusal.Code.MALFORMED);
            }
            case ANOTHERS -> {
                int other = (index + 1) % rounds.world().agents();
                link.send(maker.batch(other, boot, next, List.of(nextRound), false).batch().getBytes());
                return refusedWith(link, Frame.Refusal.Code.MALFORMED);
            }
            case HUNG_UP -> {
                link.send(batch(next));
                return false;
            }
            case NEW_BOOT -> {
                if (!settle(link)) {
                    return false;
                }
                boot = UUID.randomUUID();
                roundOf.clear();
                acknowledged = 0;
                return false;
            }
        }
        return settle(link);
    }

    /** Sends what is not acknowledged, one batch after the other. */
    private boolean settle(UnrulyLink link) throws InterruptedException {
        long sent = acknowledged;
        while (acknowledged < roundOf.size()) {
            if (acknowledged + 1 > sent) {
                sent = acknowledged + 1;
                link.send(batch(sent));
            }
            if (!awaitFrame(link, ACK_WITHIN, Frame.Ack.class)) {
                return false;
            }
        }
        return true;
    }

    /** A refusal is expected, and the link's end. */
    private boolean refusedWith(UnrulyLink link, Frame.Refusal.Code code) throws InterruptedException {
        long before = refused.getOrDefault(code.name(), 0L);
        boolean _ = awaitFrame(link, REFUSAL_WITHIN, Frame.Refusal.class);
        if (link.isOpen() && refused.getOrDefault(code.name(), 0L) == before) {
            throw new IllegalStateException("agent " + rounds.world().agentName(index) + ": no refusal " + code
                    + " came, and the link stands");
        }
        return false;
    }

    private boolean awaitFrame(UnrulyLink link, Duration within, Class<? extends Frame> wanted)
            throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        for (;;) {
            Optional<Frame> frame = link.next(Duration.ofNanos(until - System.nanoTime()));
            if (frame.isEmpty()) {
                return false;
            }
            if (frame.get() instanceof Frame.Ack(UUID of, long sequence) && of.equals(boot)) {
                acknowledgedThrough(sequence);
            }
            if (frame.get() instanceof Frame.Refusal refusal) {
                refused.merge(refusal.code().name(), 1L, Long::sum);
                return false;
            }
            if (wanted.isInstance(frame.get())) {
                return true;
            }
        }
    }

    private void acknowledgedThrough(long sequence) {
        if (sequence > roundOf.size()) {
            throw new IllegalStateException("agent " + rounds.world().agentName(index) + ": batch " + sequence
                    + " is acknowledged, of " + roundOf.size() + " that were sent");
        }
        while (acknowledged < sequence) {
            acknowledged++;
            Tally tally = Tally.of(rounds.row(index, roundAt(acknowledged) * rounds.world().roundMicros()).results());
            // Its rounds are not one after the other, so none is a sample.
            books.acknowledged(index, tally, Long.MIN_VALUE);
        }
    }

    private long roundAt(long sequence) {
        while (roundOf.size() < sequence) {
            boolean late = random.nextDouble() < LATE;
            if (late) {
                lateBatches++;
            }
            roundOf.add(late ? nextLateRound-- : nextRound++);
        }
        return roundOf.get((int) sequence - 1);
    }

    private byte[] batch(long sequence) {
        return maker.batch(index, boot, sequence, List.of(roundAt(sequence)), false).batch().getBytes();
    }

    private interface Bytes {
        byte[] make();
    }

    private byte[] garbled(byte[] whole) {
        return undecodable(() -> {
            byte[] bytes = whole.clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            return bytes;
        });
    }

    /** TLS keeps bits as they are, so whatever can still be read was meant: such bytes would be another batch, not a garbled one. */
    private static byte[] undecodable(Bytes source) {
        for (;;) {
            byte[] bytes = source.make();
            try {
                FrameCodec.decode(bytes);
            } catch (WireFormatException unreadable) {
                if (unreadable.problem() != WireFormatException.Problem.UNKNOWN_KIND
                        && unreadable.problem() != WireFormatException.Problem.UNSUPPORTED_VERSION) {
                    return bytes;
                }
            }
        }
    }
}
