package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.util.Optional;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.aggregator.selfreport.AgentReport;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/agents/{id}/metrics}. */
final class AgentMetricsResource {

    static final String PATH = "/api/v1/agents/:id/metrics";

    private static final double MILLIS_PER_SECOND = 1_000;

    private final MeshThread mesh;
    private final Clock clock;

    AgentMetricsResource(MeshThread mesh, Clock clock) {
        this.mesh = mesh;
        this.clock = clock;
    }

    void get(RoutingContext ctx) {
        NodeId id;
        try {
            id = NodeId.parse(Optional.ofNullable(ctx.pathParam("id")).orElse(""));
        } catch (IllegalArgumentException notAnId) {
            Problem.notFound("an agent's id is a UUID, as /api/v1/agents gives it").answer(ctx);
            return;
        }
        mesh.ask(live -> live.agent(id).map(_ -> live.selfReport(id))).onSuccess(report -> answer(ctx, id, report))
                .onFailure(ctx::fail);
    }

    private void answer(RoutingContext ctx, NodeId id, Optional<AgentReport> report) {
        if (report.isEmpty()) {
            Problem.notFound("no agent has the id " + id + "; /api/v1/agents gives them all").answer(ctx);
            return;
        }
        JsonArray impairments = new JsonArray();
        report.get().verdict().impairments().stream().map(Impairment::label).forEach(impairments::add);
        JsonArray metrics = new JsonArray();
        report.get().metrics().forEach(metric -> metrics.add(metric(metric)));
        JsonObject json = new JsonObject().put("at", clock.instant().toString()).put("agent", id.toString())
                .put("impairments", impairments);
        report.get().health().ifPresent(health -> json.put("health", health(health)));
        Json.answer(ctx, json.put("metrics", metrics));
    }

    private static JsonObject health(AgentHealth health) {
        ProberFigures prober = health.prober();
        ProcessFigures process = health.process();
        JsonObject json = new JsonObject().put("at", health.at().toString())
                .put("windowSeconds", health.window().toMillis() / MILLIS_PER_SECOND)
                .put("packetsDue", prober.packetsDue()).put("sendErrors", prober.sendErrors())
                .put("packetsDisturbed", prober.disturbed()).put("socketDrops", prober.socketDrops())
                .put("duplicates", prober.duplicates())
                .put("timerLatenessP99Micros", prober.timerLatenessP99Micros())
                .put("timerLatenessMaxMicros", prober.timerLatenessMaxMicros())
                .put("cpuStealRatio", process.cpuStealRatio()).put("gcPauseMaxMicros", process.gcPauseMaxMicros())
                .put("openFiles", process.openFiles()).put("heapUsedBytes", process.heapUsedBytes())
                .put("resultsWaiting", health.spool().waiting()).put("resultsDropped", health.spool().dropped());
        if (process.openFilesLimit() > 0) {
            json.put("openFilesLimit", process.openFilesLimit());
        }
        if (process.heapMaxBytes() > 0) {
            json.put("heapMaxBytes", process.heapMaxBytes());
        }
        health.clock().ifPresent(offset -> json.put("clockOffsetMicros", offset.offsetMicros())
                .put("clockBoundMicros", offset.boundMicros()));
        return json;
    }

    private static JsonObject metric(HostMetric metric) {
        JsonObject labels = new JsonObject();
        metric.labels().forEach(labels::put);
        JsonObject json = new JsonObject().put("name", metric.name());
        if (!metric.unit().isEmpty()) {
            json.put("unit", metric.unit());
        }
        json.put("labels", labels).put("at", metric.at().toString());
        return switch (metric.value()) {
            case MetricValue.Gauge(double value) -> json.put("type", "gauge").put("value", value);
            case MetricValue.Counter(double value) -> json.put("type", "counter").put("value", value);
            case MetricValue.Histogram histogram -> json.put("type", "histogram").put("value", histogram.sum())
                    .put("bounds", new JsonArray(histogram.bounds())).put("counts", new JsonArray(histogram.counts()));
        };
    }
}
