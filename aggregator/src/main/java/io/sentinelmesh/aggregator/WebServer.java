package io.sentinelmesh.aggregator;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.netty.channel.EventLoop;
import io.sentinelmesh.aggregator.access.Gatekeeper;
import io.sentinelmesh.aggregator.assets.SecurityHeaders;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** The one listener: API, live stream and dashboard on one port. Everything in it runs on its event loop. */
final class WebServer extends VerticleBase {

    /** Streams and links speak each second, so silence of this length is a dead connection. */
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int MOST_HEADER_BYTES = 16 * 1_024;
    private static final int MOST_REQUEST_LINE_BYTES = 4_096;
    private static final int MOST_BODY_BYTES = 4_096;

    private static final Logger log = LoggerFactory.getLogger(WebServer.class);

    private final ListenSettings settings;
    private final Gatekeeper gatekeeper;
    private final Consumer<Router> routes;
    private int actualPort;

    /**
     * @param routes mounts what is behind the gatekeeper
     */
    WebServer(ListenSettings settings, Gatekeeper gatekeeper, Consumer<Router> routes) {
        this.settings = settings;
        this.gatekeeper = gatekeeper;
        this.routes = routes;
    }

    @Override
    public Future<?> start() {
        HttpServer server = vertx.createHttpServer(options());
        return server.requestHandler(router()).listen().onSuccess(listening -> actualPort = listening.actualPort());
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions();
        options.setHost(settings.address()).setPort(settings.port());
        // Twice what is taken: so far beyond it a link is told why it ends, and farther it just ends.
        options.setMaxWebSocketFrameSize(2 * FrameCodec.MAX_FRAME_BYTES);
        options.setMaxWebSocketMessageSize(2 * FrameCodec.MAX_FRAME_BYTES);
        // Batches are compressed already, and deltas are encoded once for all: compressing them per client would undo that.
        options.setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false);
        options.setCompressionSupported(true);
        // Browsers speak HTTP/2 over TLS only, and WebSockets need HTTP/1.1.
        options.setHttp2ClearTextEnabled(false);
        options.setIdleTimeout((int) IDLE.toSeconds()).setIdleTimeoutUnit(TimeUnit.SECONDS);
        options.setMaxHeaderSize(MOST_HEADER_BYTES).setMaxInitialLineLength(MOST_REQUEST_LINE_BYTES);
        settings.tls().ifPresent(files -> options.setSsl(true).setKeyCertOptions(new PemKeyCertOptions()
                .setCertPath(files.certificate().toString()).setKeyPath(files.key().toString())));
        return options;
    }

    private Router router() {
        Router router = Router.router(vertx);
        router.route().handler(new SecurityHeaders(settings.tls().isPresent())::add);
        router.route().handler(gatekeeper::check);
        router.post(Gatekeeper.SESSION_PATH).handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES))
                .handler(gatekeeper::openSession);
        routes.accept(router);
        router.errorHandler(400, ctx -> new Problem(400, "bad-request", "Bad request",
                "this request cannot be read").answer(ctx));
        router.errorHandler(404, ctx -> Problem.notFound("there is nothing at this path").answer(ctx));
        router.errorHandler(405, ctx -> new Problem(405, "method-not-allowed", "Method not allowed",
                ctx.request().method() + " is not possible here; /api/v1/openapi.yaml says what is").answer(ctx));
        router.errorHandler(413, ctx -> new Problem(413, "too-large", "Body too large",
                "a body may have at most " + MOST_BODY_BYTES + " bytes here").answer(ctx));
        router.errorHandler(500, WebServer::bug);
        return router;
    }

    /** Our fault: the client learns that, the log learns what. */
    private static void bug(RoutingContext ctx) {
        HttpMethod method = ctx.request().method();
        log.error("{} {} failed", method, ctx.normalizedPath(), ctx.failure());
        new Problem(500, "internal", "Internal error",
                "the aggregator failed at this request; its log has the cause").answer(ctx);
    }

    /** Known after the start. */
    EventLoop eventLoop() {
        return ((ContextInternal) context).nettyEventLoop();
    }

    /** Known after the start. */
    int actualPort() {
        return actualPort;
    }

    static void metrics(RoutingContext ctx, MetricRegistry registry) {
        ctx.response().putHeader("Content-Type", MetricRegistry.CONTENT_TYPE).putHeader("Cache-Control", "no-store")
                .end(registry.exposition());
    }
}
