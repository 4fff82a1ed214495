package io.sentinelmesh.aggregator.api;

import java.util.Optional;
import java.util.function.IntFunction;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.live.MeshView;
import io.sentinelmesh.aggregator.live.MeshView.ViewedNode;
import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.CellFigures;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.aggregator.roster.AgentState;
import io.sentinelmesh.measurement.MeshNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/matrix}. */
final class MatrixResource {

    static final String PATH = "/api/v1/matrix";

    /** About 30 MB of JSON; whoever watches more wants the stream. */
    static final int MOST_CELLS = 100_000;

    private final MeshThread mesh;
    private final RowStreams rows;

    MatrixResource(MeshThread mesh, RowStreams rows) {
        this.mesh = mesh;
        this.rows = rows;
    }

    void get(RoutingContext ctx) {
        mesh.ask(MatrixResource::viewIfSmall).onSuccess(view -> view.ifPresentOrElse(small -> answer(ctx, small),
                () -> new Problem(413, "too-large", "Answer too large", "JSON is given for at most " + MOST_CELLS
                        + " cells, and the matrix has more; its binary form is GET /api/v1/matrix.bin, live the WebSocket "
                        + "/api/v1/stream (docs/stream.md), both of which also give single sites and pairs")
                        .answer(ctx)))
                .onFailure(ctx::fail);
    }

    private static Optional<MeshView> viewIfSmall(LiveMesh live) {
        return live.matrix().size() > MOST_CELLS ? Optional.empty() : Optional.of(live.view());
    }

    private void answer(RoutingContext ctx, MeshView view) {
        JsonArray sources = new JsonArray();
        JsonArray destinations = new JsonArray();
        view.nodes().stream().filter(MatrixResource::present).forEach(viewed -> {
            JsonObject node = Json.node(viewed.node());
            destinations.add(node);
            if (viewed.state().isPresent()) {
                sources.add(node);
            }
        });
        rows.json(ctx, new JsonObject().put("at", view.at().toString()).put("sources", sources)
                .put("destinations", destinations), "cells", view.cells(),
                cell -> cell(cell, index -> view.nodes().get(index).node()));
    }

    /** Who said goodbye has no row and no column. */
    private static boolean present(ViewedNode viewed) {
        return !viewed.state().equals(Optional.of(AgentState.LEFT));
    }

    /**
     * @param nodes by the indexes that the cell names
     */
    static JsonObject cell(Cell cell, IntFunction<MeshNode> nodes) {
        CellFigures figures = cell.figures();
        JsonObject json = new JsonObject().put("source", nodes.apply(cell.source()).id().toString())
                .put("destination", nodes.apply(cell.destination()).id().toString())
                .put("state", cell.state().label()).put("kind", cell.kind().label()).put("sent", figures.sent())
                .put("received", figures.received());
        if (figures.sent() > 0) {
            json.put("lossRatio", figures.lossRatio());
        }
        if (figures.answered()) {
            json.put("roundTripDelayMicros", new JsonObject().put("min", figures.minMicros())
                    .put("median", figures.medianMicros()).put("max", figures.maxMicros()));
        }
        cell.baselineMicros().ifPresent(baseline -> json.put("baselineMicros", baseline));
        return json.put("at", cell.at().toString());
    }
}
