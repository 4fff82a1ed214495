package io.sentinelmesh.aggregator.socket;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/**
 * The sending side of one WebSocket, for any thread. A socket may close at any moment on its own event loop, and Vert.x throws at whoever
 * writes to it then; one peer that went must not keep a broadcast from reaching the others, so here that is simply nothing.
 */
public final class PeerSocket {

    public static final short NORMAL = 1000;
    public static final short POLICY_VIOLATION = 1008;
    public static final short TRY_AGAIN_LATER = 1013;

    private final ServerWebSocket socket;

    /**
     * @param mostUnsentBytes what may wait for a peer that reads slowly before it is {@link #congested}
     */
    public PeerSocket(ServerWebSocket socket, int mostUnsentBytes) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(mostUnsentBytes);
    }

    public void text(String message) {
        unlessGone(() -> socket.writeTextMessage(message));
    }

    /** @param message may be shared with other sockets: not to be changed */
    public void binary(Buffer message) {
        unlessGone(() -> socket.writeBinaryMessage(message));
    }

    /** Vert.x's own closing time-out ends a peer that does not answer. */
    public void close(short code, String reason) {
        unlessGone(() -> socket.close(code, reason));
    }

    public boolean congested() {
        try {
            return !socket.isClosed() && socket.writeQueueFull();
        } catch (IllegalStateException gone) {
            return false;
        }
    }

    private void unlessGone(Runnable write) {
        try {
            if (!socket.isClosed()) {
                write.run();
            }
        } catch (IllegalStateException gone) {
            // Its close handler tells those who need to know.
        }
    }

    @Override
    public String toString() {
        return String.valueOf(socket.remoteAddress());
    }
}
