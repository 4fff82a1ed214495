package io.sentinelmesh.aggregator.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.MeasurementStore;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Hangs the REST resources under their paths. */
public final class ApiRoutes {

    private static final List<String> PATHS = List.of(AgentsResource.PATH, "/api/v1/agents/{id}/metrics",
            MatrixResource.PATH,
            "/api/v1/pairs/{source}/{destination}/history", "/api/v1/session", "/api/v1/stream",
            "/api/v1/openapi.yaml", "/healthz", "/healthz/live", "/healthz/ready", "/metrics");

    private final AgentsResource agents;
    private final AgentMetricsResource agentMetrics;
    private final MatrixResource matrix;
    private final HistoryResource history;
    private final Buffer document = document();

    public ApiRoutes(MeshThread mesh, MeasurementStore store, BlockingCalls blocking, Clock clock) {
        this.agents = new AgentsResource(mesh, clock);
        this.agentMetrics = new AgentMetricsResource(mesh, clock);
        this.matrix = new MatrixResource(mesh);
        this.history = new HistoryResource(mesh, store, blocking, clock);
    }

    public void mount(Router router) {
        router.get(AgentsResource.PATH).handler(agents::get);
        router.get(AgentMetricsResource.PATH).handler(agentMetrics::get);
        router.get(MatrixResource.PATH).handler(matrix::get);
        router.get(HistoryResource.PATH).handler(history::get);
        router.get("/api/v1/openapi.yaml").handler(ctx -> ctx.response().putHeader("Content-Type", "application/yaml")
                .putHeader("Cache-Control", "no-cache").end(document));
    }

    /** For a path under /api that no route took; to be called after all others are mounted. */
    public void mountEnd(Router router) {
        router.get("/api/*").handler(ApiRoutes::unknown);
        router.head("/api/*").handler(ApiRoutes::unknown);
    }

    private static void unknown(RoutingContext ctx) {
        String path = ctx.normalizedPath();
        boolean otherVersion = path.matches("/api/v\\d+(/.*)?") && !path.matches("/api/v1(/.*)?");
        Problem.notFound(otherVersion
                ? "this aggregator speaks version v1 of the API only: use /api/v1/…"
                : "there is nothing at this path; known are " + String.join(", ", PATHS)).answer(ctx);
    }

    private static Buffer document() {
        try (InputStream in = ApiRoutes.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is missing from the aggregator's jar: build it again");
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
