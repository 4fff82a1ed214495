package io.sentinelmesh.aggregator.stream;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.aggregator.socket.PeerSocket;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/v1/stream}: upgrades a browser's request to its live stream; and the same snapshot by GET. */
public final class StreamEndpoint {

    public static final String PATH = "/api/v1/stream";
    public static final String SNAPSHOT_PATH = "/api/v1/matrix.bin";
    public static final String NODES_PATH = "/api/v1/nodes";
    static final String CONTENT_TYPE = "application/vnd.sentinel-mesh.matrix";

    /** Of different parts of the matrix, each takes up to 100 ms of the mesh thread; those of the same part share one. */
    static final int MOST_SNAPSHOTS_AWAITED = 8;

    private final MeshThread mesh;
    private final StreamHub hub;
    private final AtomicInteger snapshotsAwaited = new AtomicInteger();

    public StreamEndpoint(MeshThread mesh, StreamHub hub) {
        this.mesh = mesh;
        this.hub = hub;
    }

    public void mount(Router router) {
        router.get(PATH).handler(this::handle);
        router.get(SNAPSHOT_PATH).handler(this::snapshot);
        router.get(NODES_PATH).handler(this::nodes);
    }

    private void handle(RoutingContext ctx) {
        if (!"websocket".equalsIgnoreCase(ctx.request().getHeader("Upgrade"))) {
            new Problem(426, "upgrade-required", "Upgrade required", PATH
                    + " is a WebSocket (docs/stream.md); the same matrix as JSON is at /api/v1/matrix, its binary snapshot at "
                    + SNAPSHOT_PATH).answer(ctx);
        } else if (hub.full()) {
            Problem.unavailable("there are " + StreamHub.MOST_CLIENTS + " live streams open already").answer(ctx);
        } else {
            try {
                Subscription wanted = Subscription.of(ctx.queryParams());
                Optional<StreamHub.Resume> resume = resume(ctx.queryParams());
                ctx.request().toWebSocket().onSuccess(socket -> attach(socket, wanted, resume));
            } catch (IllegalArgumentException wrong) {
                Problem.badParameter(String.valueOf(wrong.getMessage())).answer(ctx);
            }
        }
    }

    /** Half of it is none: what cannot be resumed begins with a snapshot. */
    private static Optional<StreamHub.Resume> resume(MultiMap query) {
        Optional<Long> after = number(query, "after");
        return number(query, "run").flatMap(run -> after.map(tick -> new StreamHub.Resume(run, tick)));
    }

    private static Optional<Long> number(MultiMap query, String name) {
        return Optional.ofNullable(query.get(name)).map(text -> {
            if (!text.matches("\\d{1,10}")) {
                throw new IllegalArgumentException(name + " is a number from a message's header, not '" + text + "'");
            }
            return Long.valueOf(text);
        });
    }

    private void snapshot(RoutingContext ctx) {
        try {
            Subscription wanted = Subscription.of(ctx.queryParams());
            if (snapshotsAwaited.incrementAndGet() > MOST_SNAPSHOTS_AWAITED) {
                snapshotsAwaited.decrementAndGet();
                Problem.unavailable("more than " + MOST_SNAPSHOTS_AWAITED + " snapshots are asked for at this moment; "
                        + "who wants to see every change reads the live stream (" + PATH + ")").answer(ctx);
                return;
            }
            mesh.ask(_ -> hub.snapshot(wanted)).onComplete(_ -> snapshotsAwaited.decrementAndGet())
                    .onSuccess(bytes -> ctx.response().putHeader("Content-Type", CONTENT_TYPE)
                            .putHeader("Cache-Control", "no-store").end(Buffer.buffer(bytes)))
                    .onFailure(ctx::fail);
        } catch (IllegalArgumentException wrong) {
            Problem.badParameter(String.valueOf(wrong.getMessage())).answer(ctx);
        }
    }

    private void nodes(RoutingContext ctx) {
        mesh.ask(_ -> hub.nodes()).onSuccess(text -> ctx.response().putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store").end(text)).onFailure(ctx::fail);
    }

    private void attach(ServerWebSocket socket, Subscription wanted, Optional<StreamHub.Resume> resume) {
        Browser browser = new Browser(new PeerSocket(socket, StreamHub.MOST_UNSENT_BYTES),
                ContextInternal.current().nettyEventLoop(), hub.unsent(), new AtomicLong());
        // The client has nothing to say; a frame of it is read and forgotten.
        socket.handler(_ -> {
        });
        socket.exceptionHandler(_ -> mesh.execute(() -> hub.leave(browser)));
        socket.closeHandler(_ -> mesh.execute(() -> hub.leave(browser)));
        mesh.execute(() -> hub.join(browser, wanted, resume));
    }

    /**
     * @param loop the socket's own
     * @param ofAll what is unsent to all clients
     * @param own what is unsent to this one
     */
    private record Browser(PeerSocket peer, Executor loop, Unsent ofAll, AtomicLong own) implements StreamClient {

        @Override
        public void text(Buffer message) {
            peer.text(message, counted(message.length()));
        }

        @Override
        public void binary(Buffer message) {
            peer.binary(message, counted(message.length()));
        }

        /** @return to be run when it is sent */
        private Runnable counted(int bytes) {
            ofAll.add(bytes);
            own.addAndGet(bytes);
            return () -> {
                ofAll.add(-bytes);
                own.addAndGet(-bytes);
            };
        }

        @Override
        public boolean behind() {
            return peer.congested() || (ofAll.crowded() && own.get() > 0);
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
