package io.sentinelmesh.aggregator.link;

import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;

import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.aggregator.ingest.IngestGate;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.aggregator.reach.DialBacks;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/v1/link}: upgrades an agent's request to its WebSocket. */
public final class LinkEndpoint {

    public static final String PATH = "/api/v1/link";
    public static final String EXCHANGE_PATH = PATH + "/exchange";

    private final AgentLinks links;
    private final AgentLink.Surroundings around;
    private final ExchangeEndpoint plainExchange;
    private final ExchangeEndpoint certifiedExchange;
    private final PostedBatches posted;

    public LinkEndpoint(Vertx vertx, MeshThread mesh, MeasurementStore store, BlockingCalls blocking, BatchQueue queue,
            MetricRegistry registry, Admission admission, DialBacks dialBacks, Clock clock, LongSupplier nanoTime) {
        LinkMetrics metrics = new LinkMetrics(registry);
        this.links = new AgentLinks(mesh.mesh(), new IngestGate(queue), queue, metrics, clock, nanoTime);
        this.around = new AgentLink.Surroundings(vertx, new Entrance(store, blocking, mesh, clock), links, mesh,
                metrics, admission, dialBacks, new OnTheWay(), nanoTime);
        // One for each listener: each has its own event loop.
        this.plainExchange = new ExchangeEndpoint(around);
        this.certifiedExchange = new ExchangeEndpoint(around);
        this.posted = new PostedBatches(vertx, mesh, links);
        registry.gauge("sentinel_agents_connected", "", "Agents with an open link.", links::count);
    }

    public AgentLinks links() {
        return links;
    }

    /** For those who come without a link. */
    public PostedBatches postedBatches() {
        return posted;
    }

    /** A link that nobody vouches for: only with {@code --insecure}. */
    public void handle(RoutingContext ctx) {
        handle(ctx, Optional.empty(), () -> {
        });
    }

    /**
     * @param certified whom the certificate of the connection names
     * @param ended is run when the link has ended, or did not come about
     */
    public void handle(RoutingContext ctx, NodeId certified, Runnable ended) {
        handle(ctx, Optional.of(certified), ended);
    }

    /** The link where no WebSocket gets through; nobody vouches for it: only with {@code --insecure}. */
    public void exchange(RoutingContext ctx) {
        plainExchange.handle(ctx, Optional.empty());
    }

    /** @param certified whom the certificate of the connection names */
    public void exchange(RoutingContext ctx, NodeId certified) {
        certifiedExchange.handle(ctx, Optional.of(certified));
    }

    /** In the place of the link where there is none. */
    public static void refuse(RoutingContext ctx) {
        new Problem(403, "certificate-needed", "Certificate needed", "agents come in at the port for agents (7422 "
                + "unless configured), with the certificate they get by joining; only an aggregator started with "
                + "--insecure takes them here").answer(ctx);
    }

    private void handle(RoutingContext ctx, Optional<NodeId> certified, Runnable ended) {
        if (!"websocket".equalsIgnoreCase(ctx.request().getHeader("Upgrade"))) {
            new Problem(426, "upgrade-required", "Upgrade required",
                    PATH + " is the agents' WebSocket; people and programs read the matrix at /api/v1/matrix")
                    .answer(ctx);
            return;
        }
        ctx.request().toWebSocket().onSuccess(socket -> AgentLink.attach(socket, certified, around, ended))
                .onFailure(_ -> ended.run());
    }
}
