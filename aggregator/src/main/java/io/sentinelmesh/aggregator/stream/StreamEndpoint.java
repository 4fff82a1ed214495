package io.sentinelmesh.aggregator.stream;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/v1/stream}: upgrades a browser's request to its live stream. */
public final class StreamEndpoint {

    public static final String PATH = "/api/v1/stream";

    private final MeshThread mesh;
    private final StreamHub hub;

    public StreamEndpoint(MeshThread mesh, StreamHub hub) {
        this.mesh = mesh;
        this.hub = hub;
    }

    public void handle(RoutingContext ctx) {
        if (!"websocket".equalsIgnoreCase(ctx.request().getHeader("Upgrade"))) {
            new Problem(426, "upgrade-required", "Upgrade required",
                    PATH + " is a WebSocket (docs/stream.md); the same matrix as JSON is at /api/v1/matrix")
                    .answer(ctx);
        } else if (hub.full()) {
            Problem.unavailable("there are " + StreamHub.MOST_CLIENTS + " live streams open already").answer(ctx);
        } else {
            ctx.request().toWebSocket().onSuccess(this::attach);
        }
    }

    private void attach(ServerWebSocket socket) {
        socket.setWriteQueueMaxSize(StreamHub.MOST_UNSENT_BYTES);
        Browser browser = new Browser(socket);
        // The client has nothing to say; a frame of it is read and forgotten.
        socket.handler(_ -> {
        });
        socket.exceptionHandler(_ -> mesh.execute(() -> hub.leave(browser)));
        socket.closeHandler(_ -> mesh.execute(() -> hub.leave(browser)));
        mesh.execute(() -> hub.join(browser));
    }

    private record Browser(ServerWebSocket socket) implements StreamClient {

        @Override
        public void text(String message) {
            if (!socket.isClosed()) {
                socket.writeTextMessage(message);
            }
        }

        @Override
        public void binary(Buffer message) {
            if (!socket.isClosed()) {
                socket.writeBinaryMessage(message);
            }
        }

        @Override
        public boolean behind() {
            return socket.writeQueueFull();
        }

        @Override
        public void close(short code, String reason) {
            if (!socket.isClosed()) {
                socket.close(code, reason);
            }
        }

        @Override
        public String toString() {
            return String.valueOf(socket.remoteAddress());
        }
    }
}
