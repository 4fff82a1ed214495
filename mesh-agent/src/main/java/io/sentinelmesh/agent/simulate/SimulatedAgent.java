package io.sentinelmesh.agent.simulate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;

/**
 * One agent: its link, and which of its rounds are on their way. Belongs to one event loop, which it shares with others; frames are made by the makers'
 * threads, one at a time for each agent.
 */
final class SimulatedAgent {

    static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** After a refusal only people can help. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(15);
    /** A round closes when its last packet can no longer be answered. */
    static final Duration ROUND_CLOSES = Duration.ofSeconds(1);
    /** A longer frame for agents is CONFIG: a thousand times the list of a thousand peers is not read. */
    private static final int LONGEST_READ_BYTES = 4_096;
    private static final int WRITE_QUEUE_BYTES = 1 << 20;
    private static final int MOST_UNDER_WAY = 8;
    private static final String VERSION = "simulated";

    /** A batch that is not acknowledged. */
    private record Sent(long sequence, List<Long> rounds, Tally tally) {
    }

    /**
     * Results without an answer.
     *
     * @param owed by agents that are there to wait for it
     * @param takenDown by those that a fault had taken down at the end: whether these are stored nobody knows
     */
    record Left(long owed, long takenDown) {

        static final Left NOTHING = new Left(0, 0);

        Left plus(Left other) {
            return new Left(owed + other.owed, takenDown + other.takenDown);
        }
    }

    private final int index;
    private final Fleet.Shared shared;
    private final Context context;
    private final MeshNode self;
    private final UUID boot = UUID.randomUUID();
    private final Instant startedAt;
    private final long phaseMicros;
    private final Executor makers;

    private @Nullable WebSocket socket;
    private boolean connecting;
    private boolean open;
    private boolean making;
    private int credit;
    /** Of {@code unacknowledged}, from the front, on the present link. */
    private int onThisLink;
    private long lastHeardNanos;
    private long notBeforeNanos;
    private Duration pause = FIRST_PAUSE;
    private long nextRound;
    private long nextSequence = 1;
    private long nextLiveMicros;
    private final ArrayDeque<Sent> unacknowledged = new ArrayDeque<>();
    private boolean leaving;

    SimulatedAgent(int index, Fleet.Shared shared, Context context, Executor makers) {
        this.index = index;
        this.shared = shared;
        this.context = context;
        this.makers = makers;
        World world = shared.rounds().world();
        this.self = new MeshNode(shared.rounds().id(index), MeshNode.Role.AGENT, world.agentName(index),
                world.siteName(world.siteOf(index)), world.address(index));
        this.startedAt = shared.clock().instant();
        this.nextRound = shared.firstRound();
        // Real agents' rounds end together, and are sent within a second; here they come one after another, all through the round.
        this.phaseMicros = (long) (Draw.unit(Draw.key(world.seed(), 'p', index)) * shared.spread().toNanos() / 1_000);
        this.nextLiveMicros = BatchMaker.micros(startedAt) + phaseMicros % (shared.liveEvery().toNanos() / 1_000);
        this.notBeforeNanos = System.nanoTime();
        this.lastHeardNanos = System.nanoTime();
    }

    /** Some times a second, on its event loop: whatever is due. */
    void look() {
        long now = BatchMaker.micros(shared.clock().instant());
        long nanos = System.nanoTime();
        boolean down = shared.rounds().isDown(index, now);
        WebSocket present = socket;
        if (present == null) {
            if (!down && !connecting && !leaving && nanos - notBeforeNanos >= 0 && shared.opening().tryAcquire()) {
                connect();
            }
        } else if (down) {
            // As a host that lost its power: no goodbye.
            drop(present);
        } else if (nanos - lastHeardNanos > SILENCE_LIMIT.toNanos()) {
            drop(present);
        } else {
            pull();
            liveIfDue(now);
        }
    }

    private void connect() {
        connecting = true;
        shared.door().connect(index).onComplete(done -> {
            connecting = false;
            if (done.failed()) {
                shared.opening().release();
                shared.figures().failed(done.cause());
                wait(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            } else {
                opened(done.result());
            }
        });
    }

    private void wait(Duration time) {
        double shortened = 1 - Draw.unit(Draw.next(index ^ System.nanoTime())) / 2;
        notBeforeNanos = System.nanoTime() + (long) (time.toNanos() * shortened);
    }

    private void opened(WebSocket connected) {
        if (connected.isClosed()) {
            shared.opening().release();
            wait(pause);
            return;
        }
        socket = connected;
        onThisLink = 0;
        credit = 0;
        lastHeardNanos = System.nanoTime();
        connected.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        connected.drainHandler(_ -> pull());
        connected.exceptionHandler(_ -> {
            // Its end is told by the close handler.
        });
        connected.closeHandler(_ -> closed(connected));
        connected.binaryMessageHandler(message -> received(connected, message));
        send(connected, new Frame.Hello(FrameCodec.FORMAT_VERSION, self, boot, VERSION, ProbeKind.ICMP_ECHO,
                "simulated", "", startedAt, shared.clock().instant()));
    }

    private void closed(WebSocket ended) {
        if (ended.equals(socket)) {
            drop(ended);
        }
    }

    private void drop(WebSocket ended) {
        if (open) {
            shared.figures().linksLost.increment();
            shared.linked().decrementAndGet();
        } else {
            shared.opening().release();
        }
        socket = null;
        open = false;
        long refusedUntil = notBeforeNanos;
        wait(pause);
        if (refusedUntil - notBeforeNanos > 0) {
            notBeforeNanos = refusedUntil;
        }
        Future<Void> _ = ended.close();
    }

    private void received(WebSocket from, Buffer message) {
        lastHeardNanos = System.nanoTime();
        if (message.length() > LONGEST_READ_BYTES) {
            return;
        }
        Frame frame;
        try {
            frame = FrameCodec.decode(message.getBytes());
        } catch (WireFormatException newer) {
            return;
        }
        switch (frame) {
            case Frame.Ack(UUID of, long sequence) when of.equals(boot) -> acknowledged(sequence);
            case Frame.Credit(int batches) -> {
                credit = Math.min(batches, MOST_UNDER_WAY);
                accepted();
                pull();
            }
            case Frame.Ping(long token, _) -> send(from, new Frame.Pong(token, shared.clock().instant()));
            case Frame.Refusal refusal -> {
                shared.figures().refused(refusal.code() + ": " + refusal.message());
                notBeforeNanos = System.nanoTime() + REFUSED_PAUSE.toNanos();
            }
            case Frame.Ack _,Frame.Config _,Frame.Settings _,Frame.DialBackAnswer _,Frame.Pong _,Frame.Goodbye _ -> {
                // A sign of life, noted above.
            }
            case Frame.Hello _,Frame.Batch _,Frame.Live _,Frame.SettingsReply _,Frame.DialBack _ -> {
                // Only agents send these.
            }
        }
    }

    private void accepted() {
        if (!open) {
            open = true;
            shared.opening().release();
            pause = FIRST_PAUSE;
            shared.figures().links.increment();
            shared.linked().incrementAndGet();
        }
    }

    private void acknowledged(long sequence) {
        while (!unacknowledged.isEmpty() && unacknowledged.getFirst().sequence() <= sequence) {
            Sent done = unacknowledged.removeFirst();
            onThisLink = Math.max(0, onThisLink - 1);
            shared.figures().resultsAcknowledged.add(done.tally().results());
            shared.books().acknowledged(index, done.tally(), done.rounds().getLast());
        }
        pull();
    }

    /** Sends the next batch if it may be sent: again, what an older link lost, then new ones. */
    private void pull() {
        WebSocket to = socket;
        if (to == null || to.isClosed() || !open || making || onThisLink >= credit || to.writeQueueFull()) {
            return;
        }
        if (onThisLink < unacknowledged.size()) {
            Sent again = unacknowledged.stream().skip(onThisLink).findFirst().orElseThrow();
            shared.figures().batchesSentAgain.increment();
            make(to, again.sequence(), again.rounds(), false, false);
            return;
        }
        List<Long> due = dueRounds();
        if (!due.isEmpty()) {
            make(to, nextSequence++, due, shared.liveWithRounds(), true);
        }
    }

    private List<Long> dueRounds() {
        List<Long> due = new ArrayList<>();
        long length = shared.rounds().world().roundMicros();
        long now = Math.min(BatchMaker.micros(shared.clock().instant()), shared.endMicros().get());
        long ready = ROUND_CLOSES.toNanos() / 1_000 + phaseMicros;
        while (due.size() < shared.maker().roundsPerBatch() && (nextRound + 1) * length + ready <= now) {
            if (!shared.rounds().isDown(index, nextRound * length)) {
                due.add(nextRound);
            }
            nextRound++;
        }
        return due;
    }

    private void make(WebSocket to, long sequence, List<Long> rounds, boolean live, boolean isNew) {
        making = true;
        makers.execute(() -> {
            BatchMaker.Made made = shared.maker().batch(index, boot, sequence, rounds, live);
            context.runOnContext(_ -> made(to, sequence, rounds, made, isNew));
        });
    }

    private void made(WebSocket to, long sequence, List<Long> rounds, BatchMaker.Made made, boolean isNew) {
        making = false;
        if (isNew) {
            unacknowledged.addLast(new Sent(sequence, rounds, made.tally()));
            shared.figures().resultsMade.add(made.tally().results());
        }
        // Meanwhile that link may have ended, or even have been acknowledged by another: then the look at what is not settles it.
        if (!to.equals(socket) || unacknowledged.stream().skip(onThisLink).findFirst()
                .filter(next -> next.sequence() == sequence).isEmpty()) {
            return;
        }
        made.live().ifPresent(live -> sendLive(to, live));
        onThisLink++;
        shared.figures().batchesSent.increment();
        shared.figures().batchBytes.add(made.batch().length());
        write(to, made.batch());
        pull();
    }

    private void liveIfDue(long now) {
        WebSocket to = socket;
        if (shared.liveWithRounds() || now < nextLiveMicros || to == null || to.isClosed() || !open) {
            return;
        }
        long every = shared.liveEvery().toNanos() / 1_000;
        nextLiveMicros += Math.max(1, (now - nextLiveMicros) / every + 1) * every;
        if (making || to.writeQueueFull()) {
            shared.figures().liveRowsLeftOut.increment();
            return;
        }
        making = true;
        makers.execute(() -> {
            Buffer live = shared.maker().live(index);
            context.runOnContext(_ -> {
                making = false;
                if (to.equals(socket)) {
                    sendLive(to, live);
                    pull();
                }
            });
        });
    }

    private void sendLive(WebSocket to, Buffer live) {
        shared.figures().liveRows.increment();
        shared.books().liveHandedOver(index, BatchMaker.micros(shared.clock().instant()));
        shared.figures().liveBytes.add(live.length());
        write(to, live);
    }

    /** Whether it has nothing more to send or to wait for, once the end is set: who is down then never comes back. On its event loop. */
    boolean isSettled() {
        if (making || isDownAtEnd()) {
            return !making;
        }
        return unacknowledged.isEmpty()
                && (nextRound + 1) * shared.rounds().world().roundMicros() + ROUND_CLOSES.toNanos() / 1_000
                        + phaseMicros > shared.endMicros().get();
    }

    /** Results that were made and not acknowledged. On its event loop. */
    Left resultsLeft() {
        long results = unacknowledged.stream().mapToLong(sent -> sent.tally().results()).sum();
        return isDownAtEnd() ? new Left(0, results) : new Left(results, 0);
    }

    private boolean isDownAtEnd() {
        return shared.rounds().isDown(index, shared.endMicros().get());
    }

    /** Says goodbye. On its event loop. */
    Future<Void> leave() {
        leaving = true;
        WebSocket last = socket;
        if (last == null) {
            return Future.succeededFuture();
        }
        socket = null;
        if (open) {
            open = false;
            shared.linked().decrementAndGet();
        } else {
            shared.opening().release();
        }
        send(last, new Frame.Goodbye("the simulation ended"));
        return last.close();
    }

    Context context() {
        return context;
    }

    private static void send(WebSocket to, Frame frame) {
        write(to, Buffer.buffer(FrameCodec.encode(frame)));
    }

    private static void write(WebSocket to, Buffer frame) {
        if (!to.isClosed()) {
            Future<Void> _ = to.writeBinaryMessage(frame);
        }
    }
}
