package io.sentinelmesh.aggregator.door;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.netty.channel.EventLoop;
import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The agents' listener. Everything in it runs on its own event loop. */
public final class AgentDoor extends VerticleBase {

    /** Links speak each second, so silence of this length is a dead connection. */
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(10);
    private static final int MOST_HEADER_BYTES = 16 * 1_024;
    private static final int MOST_REQUEST_LINE_BYTES = 4_096;
    /** Five times the agents of the largest mesh. */
    private static final int MOST_CONNECTIONS = 5_000;

    private static final Logger log = LoggerFactory.getLogger(AgentDoor.class);

    private final DoorSettings settings;
    private final TlsIdentity tls;
    private final EnrolRoutes enrol;
    private final ClientCertificates callers;
    private final Upgrade link;
    private final BiConsumer<RoutingContext, NodeId> exchange;
    private final Consumer<Router> more;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final Counter turnedAway;
    private int actualPort;

    /** Makes a WebSocket of a request. */
    public interface Upgrade {

        /** @param ended is to be run when the WebSocket has ended: its connection tells nobody but it */
        void upgrade(RoutingContext ctx, NodeId agent, Runnable ended);
    }

    /**
     * What stands behind the door.
     *
     * @param link upgrades the request of the agent that its certificate names
     * @param exchange takes and answers frames where no WebSocket gets through
     * @param more mounts what needs no certificate, as it has its own way to know who asks
     */
    public record Behind(EnrolParts enrolment, Upgrade link,
            BiConsumer<RoutingContext, NodeId> exchange, Consumer<Router> more) {
    }

    public AgentDoor(DoorSettings settings, Behind behind, MetricRegistry registry) {
        this.settings = settings;
        this.tls = behind.enrolment.trust().tls();
        this.callers = new ClientCertificates(behind.enrolment.book(), behind.enrolment.clock());
        this.link = behind.link;
        this.exchange = behind.exchange;
        this.more = behind.more;
        EnrolParts parts = behind.enrolment;
        this.enrol = new EnrolRoutes(parts.enrolment(), parts.trust(), parts.blocking(), callers, parts.ports(),
                registry, System::nanoTime);
        this.turnedAway = registry.counter("sentinel_door_connections_turned_away_total", "",
                "Connections beyond the " + MOST_CONNECTIONS + " that may be open at once.");
        registry.gauge("sentinel_door_connections", "", "Open connections of agents.", connections::size);
    }

    @Override
    public Future<?> start() {
        HttpServer server = vertx.createHttpServer(options());
        server.connectionHandler(this::count);
        server.exceptionHandler(failure -> log.debug("A connection failed before its first request", failure));
        return server.requestHandler(router()).listen().onSuccess(listening -> actualPort = listening.actualPort());
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions();
        options.setHost(settings.address()).setPort(settings.port());
        options.setSsl(true).setKeyCertOptions(KeyCertOptions.wrap(tls.keyManager()))
                .setTrustOptions(TrustOptions.wrap(tls.trustManager())).setClientAuth(ClientAuth.REQUEST);
        options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        options.setSslHandshakeTimeout(HANDSHAKE_WITHIN.toSeconds()).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        // A WebSocket needs HTTP/1.1, and one version is less to get wrong.
        options.setUseAlpn(false);
        // Twice what is taken: so far beyond it a link is told why it ends, and farther it just ends.
        options.setMaxWebSocketFrameSize(2 * FrameCodec.MAX_FRAME_BYTES);
        options.setMaxWebSocketMessageSize(2 * FrameCodec.MAX_FRAME_BYTES);
        options.setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false);
        options.setIdleTimeout((int) IDLE.toSeconds()).setIdleTimeoutUnit(TimeUnit.SECONDS);
        options.setMaxHeaderSize(MOST_HEADER_BYTES).setMaxInitialLineLength(MOST_REQUEST_LINE_BYTES);
        return options;
    }

    private void count(HttpConnection connection) {
        if (connections.size() >= MOST_CONNECTIONS) {
            turnedAway.increment();
            connection.close();
            return;
        }
        connections.add(connection);
        connection.closeHandler(_ -> connections.remove(connection));
    }

    private Router router() {
        Router router = Router.router(vertx);
        enrol.mount(router);
        more.accept(router);
        router.get("/api/v1/link").handler(ctx -> asAgent(ctx, (asked, agent) -> link.upgrade(asked, agent,
                // Vert.x does not call a connection's close handler once it has become a WebSocket.
                () -> connections.remove(asked.request().connection()))));
        router.post("/api/v1/link/exchange").handler(ctx -> asAgent(ctx, exchange));
        router.errorHandler(400, ctx -> new Problem(400, "bad-request", "Bad request",
                "this request cannot be read").answer(ctx));
        router.errorHandler(404, ctx -> Problem.notFound("this port is for agents: /api/v1/agents/join, "
                + "/api/v1/agents/renew, /api/v1/agents/trusted, /api/v1/link, /api/v1/link/exchange and, signed, "
                + "/api/v1/ingest; people use the dashboard's port")
                .answer(ctx));
        router.errorHandler(405, ctx -> new Problem(405, "method-not-allowed", "Method not allowed",
                ctx.request().method() + " is not possible here").answer(ctx));
        router.errorHandler(413, ctx -> new Problem(413, "too-large", "Body too large",
                "a body may have at most " + EnrolRoutes.MOST_BODY_BYTES + " bytes here, a batch "
                        + FrameCodec.MAX_FRAME_BYTES)
                .answer(ctx));
        router.errorHandler(500, ctx -> {
            log.error("{} {} failed", ctx.request().method(), ctx.normalizedPath(), ctx.failure());
            new Problem(500, "internal", "Internal error",
                    "the aggregator failed at this request; its log has the cause").answer(ctx);
        });
        return router;
    }

    private void asAgent(RoutingContext ctx, BiConsumer<RoutingContext, NodeId> then) {
        switch (callers.caller(ctx.request())) {
            case ClientCertificates.Caller.Agent(NodeId agent) -> then.accept(ctx, agent);
            case ClientCertificates.Caller.Nobody(Problem why) -> why.answer(ctx);
        }
    }

    /** Known after the start. */
    public EventLoop eventLoop() {
        return ((ContextInternal) context).nettyEventLoop();
    }

    /** Known after the start. */
    public int actualPort() {
        return actualPort;
    }
}
