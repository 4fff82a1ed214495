package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.MetricStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.metric.MetricHistory;
import io.sentinelmesh.db.metric.MetricHistory.Point;
import io.sentinelmesh.db.metric.MetricQuery;
import io.sentinelmesh.db.metric.MetricType;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/agents/{id}/metrics/history}. */
final class MetricHistoryResource {

    static final String PATH = "/api/v1/agents/:id/metrics/history";
    static final int MOST_POINTS = 20_000;

    private static final Set<String> KNOWN = Set.of("name", "label", "from", "to", "step");
    private static final Duration DEFAULT_WINDOW = Duration.ofHours(1);
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeshThread mesh;
    private final MetricStore store;
    private final BlockingCalls blocking;
    private final Clock clock;

    MetricHistoryResource(MeshThread mesh, MetricStore store, BlockingCalls blocking, Clock clock) {
        this.mesh = mesh;
        this.store = store;
        this.blocking = blocking;
        this.clock = clock;
    }

    void get(RoutingContext ctx) {
        NodeId agent;
        MetricQuery query;
        try {
            agent = HistoryQuery.id("id", Optional.ofNullable(ctx.pathParam("id")).orElse(""));
            query = query(agent, ctx.queryParams(), clock.instant());
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return;
        }
        mesh.ask(live -> live.agent(agent).isPresent()).onSuccess(known -> {
            if (!known) {
                Problem.notFound("no agent has the id " + agent + "; /api/v1/agents gives them all").answer(ctx);
                return;
            }
            blocking.call(() -> store.history(query)).onSuccess(found -> answer(ctx, query, found))
                    .onFailure(failure -> fail(ctx, failure));
        }).onFailure(ctx::fail);
    }

    private static MetricQuery query(NodeId agent, MultiMap query, Instant now) {
        QueryParameters.check(query, KNOWN, "use name, label, from, to or step", "label");
        String name = query.get("name");
        if (name == null || name.isEmpty()) {
            throw new BadParameterException("name", "missing", "write the name of a figure, such as "
                    + "host_load_average (docs/host-metrics.md)");
        }
        Instant to = HistoryQuery.instant(query, "to").orElse(now);
        Instant from = QueryParameters.from(query, to, DEFAULT_WINDOW);
        return new MetricQuery(agent, PlainText.of("name", name), labels(query.getAll("label")), from, to,
                HistoryQuery.step(query, Duration.between(from, to)), MOST_POINTS);
    }

    private static Map<String, String> labels(List<String> given) {
        Map<String, String> labels = new HashMap<>();
        for (String label : given) {
            int equals = label.indexOf('=');
            if (equals < 1 || label.codePoints().anyMatch(Character::isISOControl)) {
                throw new BadParameterException("label", "no label", "write key=value, such as label=device=sda "
                        + "(a second = belongs to the value); repeat it for more labels");
            }
            if (labels.put(label.substring(0, equals), label.substring(equals + 1)) != null) {
                throw new BadParameterException("label", "given twice with one key", "give each key once");
            }
        }
        return labels;
    }

    private static void answer(RoutingContext ctx, MetricQuery query, Optional<List<MetricHistory>> found) {
        if (found.isEmpty()) {
            new Problem(413, "too-large", "Answer too large", "more than " + MOST_POINTS + " points: name a "
                    + "label, take a larger step or a shorter window").answer(ctx);
            return;
        }
        JsonArray series = new JsonArray();
        found.get().stream().filter(one -> !one.points().isEmpty()).forEach(one -> series.add(series(one)));
        Json.answer(ctx, new JsonObject().put("agent", query.agent().toString()).put("name", query.name())
                .put("from", query.from().toString()).put("to", query.to().toString())
                .put("stepSeconds", query.step().toSeconds()).put("series", series));
    }

    private static JsonObject series(MetricHistory one) {
        JsonObject labels = new JsonObject();
        one.labels().forEach(labels::put);
        JsonObject json = new JsonObject().put("type", one.type().label()).put("labels", labels);
        if (!one.unit().isEmpty()) {
            json.put("unit", one.unit());
        }
        if (one.type() == MetricType.HISTOGRAM) {
            json.put("bounds", new JsonArray(one.bounds()));
        }
        JsonArray points = new JsonArray();
        Optional<Point> before = Optional.empty();
        for (Point point : one.points()) {
            points.add(point(one.type(), point, before));
            before = Optional.of(point);
        }
        return json.put("points", points);
    }

    private static JsonObject point(MetricType type, Point point, Optional<Point> before) {
        JsonObject json = new JsonObject().put("at", point.start().toString()).put("count", point.count())
                .put("last", point.last());
        return switch (type) {
            case GAUGE -> json.put("mean", point.mean()).put("min", point.min()).put("max", point.max());
            case COUNTER -> perSecond(json, point, before);
            case HISTOGRAM -> json.put("counts", new JsonArray(point.counts()));
        };
    }

    /** From the last reading of the step before to the last of this one. A counter that became less began anew. */
    private static JsonObject perSecond(JsonObject json, Point point, Optional<Point> before) {
        before.ifPresent(earlier -> {
            double seconds = Duration.between(earlier.lastAt(), point.lastAt()).toNanos() / NANOS_PER_SECOND;
            double growth = point.last() >= earlier.last() ? point.last() - earlier.last() : point.last();
            if (seconds > 0) {
                json.put("perSecond", growth / seconds);
            }
        });
        return json;
    }

    private static void fail(RoutingContext ctx, Throwable failure) {
        if (failure instanceof StoreException || failure instanceof TooBusyException) {
            Problem.unavailable("the figures cannot be read at present: " + failure.getMessage()).answer(ctx);
        } else {
            ctx.fail(failure);
        }
    }
}
