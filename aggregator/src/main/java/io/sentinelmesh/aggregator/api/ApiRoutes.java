package io.sentinelmesh.aggregator.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

import io.sentinelmesh.aggregator.identity.IdentityBook;
import io.sentinelmesh.aggregator.identity.Tokens;
import io.sentinelmesh.aggregator.ingest.DeadLetters;
import io.sentinelmesh.aggregator.ingestkey.IngestKeys;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.past.PastMatrices;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.aggregator.settings.SettingsAnswers;
import io.sentinelmesh.aggregator.settings.SettingsDesk;
import io.sentinelmesh.aggregator.summary.LiveSummary;
import io.sentinelmesh.db.MeasurementStore;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** Hangs the REST resources under their paths. */
public final class ApiRoutes {

    private static final int MOST_BODY_BYTES = 4_096;
    private static final List<String> PATHS = List.of(AgentsResource.PATH, "/api/v1/agents/{id}/metrics",
            "/api/v1/agents/{id}/metrics/history",
            MatrixResource.PATH,
            "/api/v1/pairs/{source}/{destination}/history", SitesReport.PATH, WorstPairsReport.PATH, ChangesReport.PATH,
            AvailabilityReport.PATH, TokensResource.PATH,
            "/api/v1/agents/{id}/revoke", EventsResource.PATH, PathsResource.PATH,
            DeadLettersResource.PATH,
            DeadLettersResource.REPLAY_PATH, IngestKeysResource.PATH, IngestKeysResource.ROTATE_PATH,
            SettingsResource.PATH, SettingsResource.VERSIONS_PATH,
            SettingsResource.VERSION_PATH, "/api/v1/session", "/api/v1/stream", "/api/v1/matrix.bin",
            "/api/v1/nodes",
            "/api/v1/openapi.yaml", "/healthz", "/healthz/live", "/healthz/ready", "/metrics");

    private final AgentsResource agents;
    private final AgentMetricsResource agentMetrics;
    private final MetricHistoryResource metricHistory;
    private final EventsResource events;
    private final PathsResource paths;
    private final DeadLettersResource deadLetters;
    private final MatrixResource matrix;
    private final HistoryResource history;
    private final PastMatrixResource past;
    private final Reports reports;
    private final Supplier<LiveSummary> summary;
    private final TokensResource tokens;
    private final IngestKeysResource ingestKeys;
    private final SettingsResource settings;
    private final Buffer document = document();

    /** What is known of agents' identities, and who may change it. */
    public record Identities(IdentityBook book, Tokens tokens, IngestKeys ingestKeys) {
    }

    /**
     * What the live matrix comes to.
     *
     * @param run of the indexes in the stream
     */
    public record Live(Supplier<LiveSummary> summary, long run) {
    }

    public ApiRoutes(MeshThread mesh, Live live, MeasurementStore store, Identities identities, BlockingCalls blocking,
            SettingsDesk settings, SettingsAnswers answers, DeadLetters letters, MetricRegistry registry, Clock clock) {
        RowStreams rows = new RowStreams(registry);
        this.events = new EventsResource(store.events(), blocking, clock);
        this.paths = new PathsResource(store.paths(), blocking, clock);
        this.deadLetters = new DeadLettersResource(store.deadLetters(), letters, blocking);
        this.agents = new AgentsResource(mesh, identities.book, answers, clock);
        this.agentMetrics = new AgentMetricsResource(mesh, clock);
        this.metricHistory = new MetricHistoryResource(mesh, store.metrics(), blocking, clock);
        this.tokens = new TokensResource(identities.tokens, blocking, clock);
        this.ingestKeys = new IngestKeysResource(identities.ingestKeys, blocking, clock);
        this.settings = new SettingsResource(settings);
        this.matrix = new MatrixResource(mesh, rows);
        this.history = new HistoryResource(mesh, store, blocking, rows, clock);
        this.past = new PastMatrixResource(mesh, new PastMatrices(store, clock), blocking, rows, live.run,
                clock);
        this.reports = new Reports(store.reads(), blocking, rows, clock);
        this.summary = live.summary;
    }

    /** Past matrices, which stand under the paths of the live one: to be called before that is mounted. */
    public void mountPast(Router router) {
        router.get(MatrixResource.PATH).handler(past::json);
        router.get(PastMatrixResource.BINARY_PATH).handler(past::binary);
    }

    public void mount(Router router) {
        router.get(AgentsResource.PATH).handler(agents::get);
        router.get(AgentMetricsResource.PATH).handler(agentMetrics::get);
        router.get(MetricHistoryResource.PATH).handler(metricHistory::get);
        router.get(MatrixResource.PATH).handler(matrix::get);
        router.get(HistoryResource.PATH).handler(history::get);
        router.get(SitesReport.PATH).handler(new SitesReport(reports, summary)::get);
        router.get(WorstPairsReport.PATH).handler(new WorstPairsReport(reports)::get);
        router.get(ChangesReport.PATH).handler(new ChangesReport(reports)::get);
        router.get(AvailabilityReport.PATH).handler(new AvailabilityReport(reports)::get);
        router.post(TokensResource.PATH).handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES))
                .handler(tokens::create);
        router.get(TokensResource.PATH).handler(tokens::list);
        router.delete(TokensResource.PATH + "/:id").handler(tokens::revokeToken);
        router.post(TokensResource.REVOKE_PATH).handler(tokens::revokeAgent);
        ingestKeys.mount(router);
        settings.mount(router);
        router.get(EventsResource.PATH).handler(events::get);
        router.get(PathsResource.PATH).handler(paths::get);
        deadLetters.mount(router);
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
