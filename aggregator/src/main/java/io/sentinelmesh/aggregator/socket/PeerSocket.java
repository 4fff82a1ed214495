package io.sentinelmesh.aggregator.socket;

import java.util.function.Supplier;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * The sending side of one WebSocket, for any thread. A socket may close at any moment on its own event loop, and Vert.x throws at whoever
 * writes to it then; one peer that went must not keep a broadcast from reaching the others, so here that is simply nothing.
 */
public final class PeerSocket {

    public static final short NORMAL = 1000;
    public static final short POLICY_VIOLATION = 1008;
    public static final short TRY_AGAIN_LATER = 1013;
    /** Of our own (RFC 6455, section 7.4.2): there is no room for what it asks for, however fast it reads. */
    public static final short NO_ROOM = 4013;

    private final ServerWebSocket socket;

    /**
     * @param mostUnsentBytes what may wait for a peer that reads slowly before it is {@link #congested}
     */
    public PeerSocket(ServerWebSocket socket, int mostUnsentBytes) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(mostUnsentBytes);
    }

    /**
     * @param message UTF-8 of less than a frame; may be shared with other sockets: not to be changed
     * @param done is run when it has been written, or when it cannot be any more
     */
    public void text(Buffer message, Runnable done) {
        write(() -> socket.writeFrame(new WebSocketFrameImpl(WebSocketFrameType.TEXT,
                ((BufferInternal) message).getByteBuf())), done);
    }

    /** @param message may be shared with other sockets: not to be changed */
    public void binary(Buffer message) {
        binary(message, () -> {
        });
    }

    /** @param done is run when it has been written, or when it cannot be any more */
    public void binary(Buffer message, Runnable done) {
        write(() -> socket.writeBinaryMessage(message), done);
    }

    private void write(Supplier<Future<Void>> write, Runnable done) {
        try {
            if (!socket.isClosed()) {
                write.get().onComplete(_ -> done.run());
                return;
            }
        } catch (IllegalStateException gone) {
            // Its close handler tells those who need to know.
        }
        done.run();
    }

    /** Vert.x's own closing time-out ends a peer that does not answer. */
    public void close(short code, String reason) {
        write(() -> socket.close(code, reason), () -> {
        });
    }

    public boolean congested() {
        try {
            return !socket.isClosed() && socket.writeQueueFull();
        } catch (IllegalStateException gone) {
            return false;
        }
    }

    @Override
    public String toString() {
        return String.valueOf(socket.remoteAddress());
    }
}
