package io.sentinelmesh.aggregator.link;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.reach.NatRule;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.FrameSequence;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;

/**
 * One agent's link by POST: what its requests bring goes to the link as from a WebSocket, and what is said to it waits for the answer of a request.
 * Of the event loop that it was made on, except for what a {@link Carrier} lets any thread do.
 */
final class Exchange implements Carrier {

    /** How long an answer waits for the acknowledgements of its request's batches: with the agent's pace of a second no silence arises. */
    static final Duration ACK_WAIT = Duration.ofMillis(700);
    /** What is said when more waits than an answer takes goes with the next; beyond that the agent is taken for gone. */
    private static final int MOST_UNSENT_FRAMES = 1_024;

    /** The answer that is owed for a request. */
    private record Owed(Consumer<byte[]> answer, long timer) {
    }

    private final Vertx vertx;
    private final Context context;
    private final MeshThread mesh;
    private final AgentLink link;
    private final byte[] hello;
    private final Optional<SocketAddress> peer;
    private final Optional<NodeId> certified;

    // Guarded by this.
    private final Deque<byte[]> unsent = new ArrayDeque<>();
    private final Map<UUID, Long> acknowledged = new HashMap<>();
    private int unsentBytes;
    private boolean closed;

    // Of the event loop.
    private final Deque<byte[]> held = new ArrayDeque<>();
    private final Map<UUID, Long> awaited = new HashMap<>();
    private boolean paused;
    private boolean handedOn;
    private boolean toldClosed;
    private long next;
    private Optional<Owed> owed = Optional.empty();

    /** @param hello the first frame of each of its requests */
    Exchange(byte[] hello, Optional<NodeId> certified, Optional<SocketAddress> peer,
            AgentLink.Surroundings around) {
        this.vertx = around.vertx();
        this.context = vertx.getOrCreateContext();
        this.mesh = around.mesh();
        this.hello = hello;
        this.certified = certified;
        this.peer = peer;
        this.link = new AgentLink(this, certified, around);
    }

    /** Whether a request with this number, of this agent, goes on where the one before ended. */
    boolean goesOn(long number, byte[] itsHello, Optional<NodeId> caller) {
        return number == next && owed.isEmpty() && caller.equals(certified) && java.util.Arrays.equals(itsHello, hello)
                && !(isClosed() && nothingToSay());
    }

    /**
     * @param frames of a request, its HELLO left out
     * @param answer gets the body, once
     */
    void take(List<byte[]> frames, Consumer<byte[]> answer) {
        if (next++ == 0) {
            link.received(hello);
        } else {
            link.heard();
        }
        awaited.clear();
        handedOn = false;
        owed = Optional.of(new Owed(answer, vertx.setTimer(ACK_WAIT.toMillis(), _ -> answerNow())));
        held.addAll(frames);
        handOn();
    }

    private void handOn() {
        while (!paused && !held.isEmpty()) {
            link.received(held.removeFirst());
        }
        if (!paused) {
            // Behind all that the link has handed to the mesh thread: what that says at once is in this answer.
            mesh.execute(() -> context.runOnContext(_ -> {
                handedOn = true;
                answerIfDone();
            }));
        }
    }

    private void answerIfDone() {
        if (owed.isPresent() && (isClosed() || (handedOn && !paused && allAcknowledged()))) {
            answerNow();
        }
    }

    private synchronized boolean allAcknowledged() {
        return awaited.entrySet().stream()
                .allMatch(batch -> acknowledged.getOrDefault(batch.getKey(), -1L) >= batch.getValue());
    }

    private void answerNow() {
        owed.ifPresent(due -> {
            owed = Optional.empty();
            vertx.cancelTimer(due.timer);
            due.answer.accept(FrameSequence.join(takeUnsent()));
        });
    }

    private synchronized List<byte[]> takeUnsent() {
        List<byte[]> taken = new ArrayList<>();
        int bytes = 0;
        while (!unsent.isEmpty() && taken.size() < FrameSequence.MAX_FRAMES
                && bytes + unsent.getFirst().length + FrameSequence.LENGTH_BYTES <= FrameSequence.MAX_BYTES) {
            byte[] frame = unsent.removeFirst();
            bytes += frame.length + FrameSequence.LENGTH_BYTES;
            unsentBytes -= frame.length;
            taken.add(frame);
        }
        return taken;
    }

    @Override
    public Optional<InetAddress> peer() {
        return peer.map(SocketAddress::hostAddress).flatMap(NatRule::literal);
    }

    @Override
    public void send(Buffer frame) {
        synchronized (this) {
            if (closed) {
                return;
            }
            byte[] bytes = frame.getBytes();
            unsent.addLast(bytes);
            unsentBytes += bytes.length;
            if (unsent.size() > MOST_UNSENT_FRAMES
                    || unsentBytes > AgentLink.MOST_UNSENT_BYTES + FrameCodec.MAX_FRAME_BYTES) {
                unsent.clear();
                unsentBytes = 0;
                closed = true;
            }
        }
        context.runOnContext(_ -> onChange());
    }

    @Override
    public void close(short code, String reason) {
        synchronized (this) {
            closed = true;
        }
        context.runOnContext(_ -> onChange());
    }

    private void onChange() {
        if (isClosed() && !toldClosed) {
            toldClosed = true;
            held.clear();
            link.onClosed();
        }
        answerIfDone();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private synchronized boolean nothingToSay() {
        return unsent.isEmpty();
    }

    @Override
    public synchronized boolean congested() {
        return unsentBytes > AgentLink.MOST_UNSENT_BYTES;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        handOn();
    }

    @Override
    public void awaits(UUID boot, long sequence) {
        awaited.merge(boot, sequence, Math::max);
    }

    @Override
    public void acknowledged(UUID boot, long sequence) {
        synchronized (this) {
            acknowledged.merge(boot, sequence, Math::max);
        }
        context.runOnContext(_ -> answerIfDone());
    }

    @Override
    public String toString() {
        return peer.map(SocketAddress::toString).orElse("an agent") + " by POST";
    }
}
