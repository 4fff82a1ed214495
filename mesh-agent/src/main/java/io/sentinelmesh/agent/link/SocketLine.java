package io.sentinelmesh.agent.link;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;

/** A WebSocket: each frame a message. */
final class SocketLine implements Line {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLine.class);

    /** Live rows are left out, never queued, while this much waits in the socket. */
    private static final int WRITE_QUEUE_BYTES = 256 * 1024;

    private final WebSocket socket;
    private boolean closed;

    SocketLine(WebSocket socket, User user) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        socket.drainHandler(_ -> user.hasRoom(this));
        socket.exceptionHandler(e -> LOG.debug("link: {}", String.valueOf(e.getMessage())));
        socket.binaryMessageHandler(message -> user.received(this, message.getBytes()));
        socket.closeHandler(_ -> {
            if (!closed) {
                closed = true;
                user.ended(this, "the connection was closed");
            }
        });
    }

    @Override
    public LinkMode mode() {
        return LinkMode.WEBSOCKET;
    }

    @Override
    public void send(byte[] frame) {
        if (!isClosed()) {
            socket.writeBinaryMessage(Buffer.buffer(frame));
        }
    }

    @Override
    public boolean isClosed() {
        return closed || socket.isClosed();
    }

    @Override
    public boolean isFull() {
        return !isClosed() && socket.writeQueueFull();
    }

    @Override
    public boolean isFullForLive() {
        return isFull();
    }

    @Override
    public void refused() {
        // The aggregator closes it.
    }

    @Override
    public void close() {
        Future<Void> _ = leave();
    }

    @Override
    public Future<Void> leave() {
        closed = true;
        return socket.isClosed() ? Future.succeededFuture() : socket.close();
    }
}
