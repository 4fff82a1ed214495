package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.util.Objects;
import java.util.Optional;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.PairHistory;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.ProbeKind;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/pairs/{source}/{destination}/history}. */
final class HistoryResource {

    static final String PATH = "/api/v1/pairs/:source/:destination/history";

    private record Pair(Optional<MeshNode> source, Optional<MeshNode> destination, Optional<ProbeKind> kindInUse) {
    }

    private record Answer(ProbeKind kind, PairHistory history) {
    }

    private final MeshThread mesh;
    private final MeasurementStore store;
    private final BlockingCalls blocking;
    private final RowStreams rows;
    private final Clock clock;

    HistoryResource(MeshThread mesh, MeasurementStore store, BlockingCalls blocking, RowStreams rows, Clock clock) {
        this.mesh = mesh;
        this.store = store;
        this.blocking = blocking;
        this.rows = rows;
        this.clock = clock;
    }

    void get(RoutingContext ctx) {
        HistoryQuery query;
        boolean csv;
        try {
            csv = Csv.wanted(ctx);
            query = HistoryQuery.parse(pathParameter(ctx, "source"), pathParameter(ctx, "destination"),
                    ctx.queryParams(), clock.instant());
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return;
        }
        mesh.ask(live -> new Pair(live.node(query.source()), live.node(query.destination()),
                live.cell(query.source(), query.destination()).map(Cell::kind)))
                .onSuccess(pair -> answer(ctx, query, pair, csv)).onFailure(ctx::fail);
    }

    private static String pathParameter(RoutingContext ctx, String name) {
        return Objects.requireNonNull(ctx.pathParam(name), "the route has this parameter");
    }

    private void answer(RoutingContext ctx, HistoryQuery query, Pair pair, boolean csv) {
        if (pair.source.isEmpty() || pair.source.get().role() != MeshNode.Role.AGENT) {
            Problem.notFound("no agent has the id " + query.source() + "; /api/v1/agents lists them").answer(ctx);
        } else if (pair.destination.isEmpty()) {
            Problem.notFound("no agent or endpoint has the id " + query.destination()
                    + "; /api/v1/matrix lists the destinations").answer(ctx);
        } else {
            MeshNode source = pair.source.get();
            MeshNode destination = pair.destination.get();
            read(query, pair.kindInUse).onSuccess(answer -> {
                if (csv) {
                    HistoryCsv.answer(rows, ctx, answer.history.points());
                } else {
                    Json.answer(ctx, json(query, source, destination, answer));
                }
            }).onFailure(failure -> fail(ctx, failure));
        }
    }

    private Future<Answer> read(HistoryQuery query, Optional<ProbeKind> kindInUse) {
        return blocking.call(() -> {
            ProbeKind kind = query.kind().or(() -> kindInUse).orElseGet(
                    () -> store.kinds(query.source(), query.destination(), query.from()).stream().findFirst()
                            .orElse(ProbeKind.ICMP_ECHO));
            return new Answer(kind, store.history(query.source(), query.destination(), kind, query.from(), query.to(),
                    query.step(), HistoryQuery.MOST_POINTS));
        });
    }

    private static void fail(RoutingContext ctx, Throwable failure) {
        if (failure instanceof StoreException || failure instanceof TooBusyException) {
            Problem.unavailable("the history cannot be read at present: " + failure.getMessage()).answer(ctx);
        } else {
            ctx.fail(failure);
        }
    }

    private static JsonObject json(HistoryQuery query, MeshNode source, MeshNode destination, Answer answer) {
        JsonArray points = new JsonArray();
        answer.history.points().forEach(point -> points.add(point(point)));
        return new JsonObject().put("source", Json.node(source)).put("destination", Json.node(destination))
                .put("kind", answer.kind.label()).put("from", query.from().toString())
                .put("to", query.to().toString()).put("stepSeconds", answer.history.step().toSeconds())
                .put("points", points);
    }

    private static JsonObject point(HistoryPoint point) {
        JsonObject json = new JsonObject().put("at", point.start().toString()).put("sent", point.sent())
                .put("received", point.received());
        if (point.sent() > 0) {
            json.put("lossRatio", (double) (point.sent() - point.received()) / point.sent());
        }
        point.delays()
                .ifPresent(delays -> json.put("roundTripDelayMicros",
                        new JsonObject().put("min", delays.min()).put("lowerQuartile", delays.lowerQuartile())
                                .put("median", delays.median()).put("upperQuartile", delays.upperQuartile())
                                .put("max", delays.max())));
        return json;
    }
}
