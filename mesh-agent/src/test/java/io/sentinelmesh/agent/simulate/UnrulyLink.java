package io.sentinelmesh.agent.simulate;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;

/** One link of an unruly agent, for a thread that waits: pings are answered by themselves, all else is taken from a queue. */
final class UnrulyLink implements AutoCloseable {

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(15);
    private static final int MOST_WAITING = 1_000;
    /** A longer frame for agents is the list of peers. */
    private static final int LONGEST_READ_BYTES = 4_096;

    private final WebSocket socket;
    private final BlockingQueue<Frame> inbox = new ArrayBlockingQueue<>(MOST_WAITING);

    private UnrulyLink(WebSocket socket) {
        this.socket = socket;
        socket.exceptionHandler(_ -> {
            // Its end is told by the close handler.
        });
        socket.binaryMessageHandler(this::received);
    }

    /** @return empty if nobody is there */
    static Optional<UnrulyLink> open(DoorLinks door, int agent) throws InterruptedException {
        try {
            return Optional.of(new UnrulyLink(door.connect(agent).toCompletionStage().toCompletableFuture()
                    .get(CONNECT_WITHIN.toSeconds(), TimeUnit.SECONDS)));
        } catch (ExecutionException | TimeoutException away) {
            return Optional.empty();
        }
    }

    private void received(Buffer message) {
        if (message.length() > LONGEST_READ_BYTES) {
            return;
        }
        try {
            Frame frame = FrameCodec.decode(message.getBytes());
            if (frame instanceof Frame.Ping(long token, var now)) {
                send(FrameCodec.encode(new Frame.Pong(token, now)));
            } else {
                boolean _ = inbox.offer(frame);
            }
        } catch (WireFormatException newer) {
            // None of those that are waited for.
        }
    }

    void send(byte[] bytes) {
        if (!socket.isClosed()) {
            Future<Void> _ = socket.writeBinaryMessage(Buffer.buffer(bytes));
        }
    }

    boolean isOpen() {
        return !socket.isClosed();
    }

    /** The next frame; empty if none comes in time or the link ends. */
    Optional<Frame> next(Duration within) throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        while (System.nanoTime() - until < 0) {
            Optional<Frame> frame = Optional.ofNullable(inbox.poll(20, TimeUnit.MILLISECONDS));
            if (frame.isPresent()) {
                return frame;
            }
            if (!isOpen()) {
                return Optional.ofNullable(inbox.poll());
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        Future<Void> _ = socket.close();
    }
}
