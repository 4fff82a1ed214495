package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.live.MeshView;
import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.CellCode;
import io.sentinelmesh.aggregator.matrix.CellFigures;
import io.sentinelmesh.aggregator.matrix.NodeTable;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.past.PastCells;
import io.sentinelmesh.aggregator.past.PastMatrices;
import io.sentinelmesh.aggregator.past.PastMatrix;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.aggregator.stream.PastSnapshot;
import io.sentinelmesh.db.reads.UnanswerableException;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/matrix?at=…} and {@code GET /api/v1/matrix.bin?at=…}; without {@code at} the request goes on to the live matrix. */
final class PastMatrixResource {

    static final String BINARY_PATH = "/api/v1/matrix.bin";
    static final String BINARY_TYPE = "application/vnd.sentinel-mesh.matrix";
    private static final int CELL_BITS = 20;
    /** Indexes are 16 bits wide. */
    private static final int SOURCE_SHIFT = CELL_BITS + 16;
    /** A full mesh of 1,024 agents: some 60 MB while it is read. */
    static final int MOST_BINARY_CELLS = 1 << CELL_BITS;
    /** Cells whose source or destination has no index in this run: nobody has introduced it since the start. */
    static final String LEFT_OUT = "Sentinel-Cells-Left-Out";

    private static final Set<String> KNOWN = Set.of("at", "kind");

    private record Question(Instant at, Optional<ProbeKind> kind) {
    }

    private record Encoded(Buffer bytes, int leftOut) {
    }

    private final MeshThread mesh;
    private final PastMatrices past;
    private final BlockingCalls blocking;
    private final RowStreams rows;
    private final long run;
    private final Clock clock;

    /**
     * @param run of the indexes
     */
    PastMatrixResource(MeshThread mesh, PastMatrices past, BlockingCalls blocking, RowStreams rows, long run,
            Clock clock) {
        this.mesh = mesh;
        this.past = past;
        this.blocking = blocking;
        this.rows = rows;
        this.run = run;
        this.clock = clock;
    }

    void json(RoutingContext ctx) {
        question(ctx).ifPresent(question -> blocking.call(
                () -> past.read(question.at, question.kind, MatrixResource.MOST_CELLS))
                .onSuccess(matrix -> answer(ctx, matrix)).onFailure(failure -> {
                    if (failure instanceof UnanswerableException large) {
                        Reports.tooLarge(large.getMessage() + "; its binary form is GET " + BINARY_PATH + "?at="
                                + question.at).answer(ctx);
                    } else {
                        Reports.fail(ctx, failure);
                    }
                }));
    }

    void binary(RoutingContext ctx) {
        question(ctx).ifPresent(question -> mesh.ask(live -> indexes(live.viewedNodes()))
                .compose(indexes -> blocking.call(
                        () -> encode(past.read(question.at, question.kind, MOST_BINARY_CELLS), indexes)))
                .onSuccess(encoded -> ctx.response().putHeader("Content-Type", BINARY_TYPE)
                        .putHeader("Cache-Control", "no-store").putHeader(LEFT_OUT, String.valueOf(encoded.leftOut))
                        .end(encoded.bytes))
                .onFailure(failure -> Reports.fail(ctx, failure)));
    }

    /** Empty: it is not about the past, or it is answered already. */
    private Optional<Question> question(RoutingContext ctx) {
        MultiMap query = ctx.queryParams();
        if (!query.contains("at")) {
            ctx.next();
            return Optional.empty();
        }
        try {
            for (String name : query.names()) {
                if (!KNOWN.contains(name)) {
                    throw new BadParameterException(name, "unknown beside 'at'", "use at and kind");
                }
                if (query.getAll(name).size() > 1) {
                    throw new BadParameterException(name, "given more than once", "give it once");
                }
            }
            Instant at = HistoryQuery.instant(query, "at").orElseThrow();
            if (at.isAfter(clock.instant())) {
                throw new BadParameterException("at", "in the future", "give a time that has come, or leave it out");
            }
            return Optional.of(new Question(at, HistoryQuery.kind(query)));
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return Optional.empty();
        }
    }

    private void answer(RoutingContext ctx, PastMatrix matrix) {
        PastCells cells = matrix.cells();
        BitSet there = new BitSet();
        for (int cell = 0; cell < cells.size(); cell++) {
            there.set(cells.source(cell));
            there.set(cells.destination(cell));
        }
        JsonArray sources = new JsonArray();
        JsonArray destinations = new JsonArray();
        there.stream().mapToObj(index -> matrix.nodes().get(index)).forEach(node -> {
            destinations.add(Json.node(node));
            if (node.role() == MeshNode.Role.AGENT) {
                sources.add(Json.node(node));
            }
        });
        JsonObject head = new JsonObject().put("at", matrix.at().toString());
        if (!matrix.period().isZero()) {
            head.put("periodSeconds", matrix.period().toSeconds());
        }
        rows.json(ctx, head.put("sources", sources).put("destinations", destinations), "cells",
                IntStream.range(0, cells.size()).boxed().toList(),
                cell -> MatrixResource.cell(cells.cell(cell), matrix.nodes()::get));
    }

    private static Map<NodeId, Integer> indexes(List<MeshView.ViewedNode> nodes) {
        Map<NodeId, Integer> indexes = new HashMap<>(2 * nodes.size());
        nodes.forEach(viewed -> indexes.put(viewed.node().id(), viewed.index()));
        return indexes;
    }

    /** Cells by source, then destination, each a number: so they can be sorted a million at a time. */
    private Encoded encode(PastMatrix matrix, Map<NodeId, Integer> indexes) {
        PastCells cells = matrix.cells();
        long[] order = new long[cells.size()];
        int[] codes = new int[cells.size()];
        int known = 0;
        for (int cell = 0; cell < cells.size(); cell++) {
            Integer source = indexes.get(matrix.nodes().get(cells.source(cell)).id());
            Integer destination = indexes.get(matrix.nodes().get(cells.destination(cell)).id());
            if (source != null && destination != null) {
                order[known++] = (long) source << SOURCE_SHIFT | (long) destination << CELL_BITS | cell;
            }
        }
        Arrays.sort(order, 0, known);
        PastSnapshot snapshot = new PastSnapshot(run, matrix.at());
        for (int first = 0; first < known;) {
            first = row(snapshot, matrix, order, first, known, codes);
        }
        return new Encoded(Buffer.buffer(snapshot.end()), cells.size() - known);
    }

    /** @return where the next row begins */
    private static int row(PastSnapshot snapshot, PastMatrix matrix, long[] order, int first, int known, int[] codes) {
        int source = (int) (order[first] >>> SOURCE_SHIFT);
        BitSet destinations = new BitSet();
        long newest = Long.MIN_VALUE;
        int end = first;
        for (; end < known && (int) (order[end] >>> SOURCE_SHIFT) == source; end++) {
            int number = (int) order[end] & MOST_BINARY_CELLS - 1;
            Cell cell = matrix.cells().cell(number);
            CellFigures figures = cell.figures();
            destinations.set((int) (order[end] >>> CELL_BITS) & NodeTable.MOST_NODES - 1);
            codes[end - first] = CellCode.of(cell.state(), figures.sent(), figures.received(),
                    figures.medianMicros());
            newest = Math.max(newest, matrix.cells().startMillis(number));
        }
        snapshot.row(source, Math.max(0, matrix.at().toEpochMilli() - newest), destinations, codes);
        return end;
    }
}
