package io.sentinelmesh.aggregator.stream;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.aggregator.socket.PeerSocket;
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
        Browser browser = new Browser(new PeerSocket(socket, StreamHub.MOST_UNSENT_BYTES));
        // The client has nothing to say; a frame of it is read and forgotten.
        socket.handler(_ -> {
        });
        socket.exceptionHandler(_ -> mesh.execute(() -> hub.leave(browser)));
        socket.closeHandler(_ -> mesh.execute(() -> hub.leave(browser)));
        mesh.execute(() -> hub.join(browser));
    }

    private record Browser(PeerSocket peer) implements StreamClient {

        @Override
        public void text(String message) {
            peer.text(message);
        }

        @Override
        public void binary(Buffer message) {
            peer.binary(message);
        }

        @Override
        public boolean behind() {
            return peer.congested();
        }

        @Override
        public void close(short code, String reason) {
            peer.close(code, reason);
        }

        @Override
        public String toString() {
            return peer.toString();
        }
    }
}
