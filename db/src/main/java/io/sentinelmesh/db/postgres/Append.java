package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import io.sentinelmesh.db.MeasurementStore.StoredCounts;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.tile.RoundTile;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

/**
 * One transaction that stores batches. Locks are taken in one order everywhere, cursors, then nodes, then sources, then periods to be summed up, then
 * series of metrics, then paths, each ascending, so that appends at the same time do not deadlock.
 */
final class Append {

    private static final String COPY = "COPY tile (" + Tile.COLUMNS + ") FROM STDIN (FORMAT binary)";

    private final Nodes.InTransaction nodes;
    private final Layouts.InTransaction layouts;
    private final LeftOut.InTransaction leftOut;
    private final MetricAppend metrics;
    private final PathAppend paths;
    private long results;

    Append(Nodes nodes, Layouts layouts, StorableRounds storable, LeftOut leftOut, MetricAppend metrics,
            PathAppend paths) {
        this.nodes = nodes.begin();
        this.layouts = layouts.begin();
        this.leftOut = leftOut.begin(storable);
        this.metrics = metrics;
        this.paths = paths;
    }

    StoredCounts run(Connection connection, List<ReceivedBatch> batches, Instant now) throws SQLException {
        List<ReceivedBatch> fresh = moveCursors(connection, batches, now);
        if (!fresh.isEmpty()) {
            List<MatrixRow> rows = new ArrayList<>();
            List<MeshNode> endpoints = new ArrayList<>();
            for (ReceivedBatch batch : fresh) {
                endpoints.addAll(batch.endpoints());
                batch.rows().stream().filter(leftOut::admits).forEach(rows::add);
            }
            nodes.enterEndpoints(connection, endpoints);
            enterNodes(connection, fresh, rows);
            List<PlacedRow> placed = place(connection, rows);
            copy(connection, placed);
            markDirty(connection, placed);
            fresh.forEach(batch -> {
                if (!batch.metrics().isEmpty()) {
                    metrics.add(nodes.number(batch.agent()), batch.metrics());
                }
            });
            metrics.run(connection);
            fresh.forEach(batch -> paths.add(nodes, batch.agent(), batch.traces()));
            paths.run(connection, now);
            ClockCorrections.note(connection, fresh);
        }
        return new StoredCounts(fresh.size(), batches.size() - fresh.size(), results);
    }

    /** What this transaction learnt is true for all from now on. */
    void committed() {
        nodes.committed();
        layouts.committed();
        leftOut.committed();
    }

    /** @return the batches that are not stored yet */
    private static List<ReceivedBatch> moveCursors(Connection connection, List<ReceivedBatch> batches, Instant now)
            throws SQLException {
        Map<Cursors.Key, Long> stored = Cursors.lock(connection, batches.stream().map(Append::key).toList(), now);
        Map<Cursors.Key, Long> moved = new HashMap<>();
        List<ReceivedBatch> fresh = new ArrayList<>();
        for (ReceivedBatch batch : batches) {
            long reached = moved.getOrDefault(key(batch), stored.getOrDefault(key(batch), 0L));
            if (batch.sequence() > reached) {
                fresh.add(batch);
                moved.put(key(batch), batch.sequence());
            }
        }
        Cursors.move(connection, moved, now);
        return fresh;
    }

    private static Cursors.Key key(ReceivedBatch batch) {
        return new Cursors.Key(batch.agent(), batch.boot());
    }

    private void enterNodes(Connection connection, List<ReceivedBatch> batches, List<MatrixRow> rows)
            throws SQLException {
        Set<NodeId> unknown = new HashSet<>();
        for (ReceivedBatch batch : batches) {
            if (!batch.metrics().isEmpty() || !batch.traces().isEmpty()) {
                unknown.add(batch.agent());
            }
            batch.traces().forEach(trace -> unknown.add(trace.destination()));
        }
        unknown.removeIf(nodes::isKnown);
        for (MatrixRow row : rows) {
            if (!nodes.isKnown(row.source())) {
                unknown.add(row.source());
            }
            for (PairResult result : row.results()) {
                if (!nodes.isKnown(result.destination())) {
                    unknown.add(result.destination());
                }
            }
        }
        nodes.enter(connection, unknown);
    }

    private List<PlacedRow> place(Connection connection, List<MatrixRow> rows) throws SQLException {
        Map<Integer, Set<Integer>> missing = new TreeMap<>();
        List<PlacedRow> placed = new ArrayList<>(rows.size());
        for (MatrixRow row : rows) {
            PlacedRow each = new PlacedRow(row, nodes);
            each.place(layouts.known(each.source()), missing);
            placed.add(each);
        }
        for (Map.Entry<Integer, Set<Integer>> entry : missing.entrySet()) {
            layouts.require(connection, entry.getKey(), entry.getValue());
        }
        return placed;
    }

    private void copy(Connection connection, List<PlacedRow> rows) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            BinaryCopy out = BinaryCopy.into(copy);
            RoundTile encoder = new RoundTile();
            for (PlacedRow row : rows) {
                for (Tile tile : row.tiles(layouts.known(row.source()), this::count)) {
                    tile.writeTo(out, encoder);
                }
            }
            out.end();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private boolean count(PairResult result) {
        boolean admitted = leftOut.admits(result);
        results += admitted ? 1 : 0;
        return admitted;
    }

    /** The tiers above are made from what this transaction stores; that they have to be is in the same transaction. */
    private static void markDirty(Connection connection, List<PlacedRow> rows) throws SQLException {
        SortedSet<DirtyPeriods.Key> minutes = new TreeSet<>();
        for (PlacedRow row : rows) {
            minutes.add(DirtyPeriods.Key.of(RollUpLevel.MINUTES, row.row().roundStart(), row.source(),
                    row.row().kind().number()));
        }
        DirtyPeriods.mark(connection, RollUpLevel.MINUTES, minutes);
    }
}
