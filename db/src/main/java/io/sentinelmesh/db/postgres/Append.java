package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import io.sentinelmesh.db.MeasurementStore.StoredCounts;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

/**
 * One transaction that stores batches. Locks are taken in one order everywhere, cursors, then nodes, then sources, then series of metrics, each ascending, so that
 * appends at the same time do not deadlock.
 */
final class Append {

    private static final String COPY = "COPY tile (" + Tile.COLUMNS + ") FROM STDIN (FORMAT binary)";

    private final Nodes.InTransaction nodes;
    private final Layouts.InTransaction layouts;
    private final StorableRounds storable;
    private final LeftOut leftOut;
    private final MetricAppend metrics;
    private long results;

    Append(Nodes nodes, Layouts layouts, StorableRounds storable, LeftOut leftOut, MetricAppend metrics) {
        this.nodes = nodes.begin();
        this.layouts = layouts.begin();
        this.storable = storable;
        this.leftOut = leftOut;
        this.metrics = metrics;
    }

    StoredCounts run(Connection connection, List<ReceivedBatch> batches, Instant now) throws SQLException {
        List<ReceivedBatch> fresh = moveCursors(connection, batches, now);
        if (!fresh.isEmpty()) {
            List<MatrixRow> rows = new ArrayList<>();
            List<MeshNode> endpoints = new ArrayList<>();
            for (ReceivedBatch batch : fresh) {
                endpoints.addAll(batch.endpoints());
                batch.rows().stream().filter(row -> leftOut.admits(row, storable)).forEach(rows::add);
            }
            nodes.enterEndpoints(connection, endpoints);
            enterNodes(connection, fresh, rows);
            placeDestinations(connection, rows);
            copy(connection, rows);
            fresh.forEach(batch -> {
                if (!batch.metrics().isEmpty()) {
                    metrics.add(nodes.number(batch.agent()), batch.metrics());
                }
            });
            metrics.run(connection);
            ClockCorrections.note(connection, fresh);
        }
        return new StoredCounts(fresh.size(), batches.size() - fresh.size(), results);
    }

    /** What this transaction learnt is true for all from now on. */
    void committed() {
        nodes.committed();
        layouts.committed();
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
        Set<NodeId> ids = new HashSet<>();
        batches.stream().filter(batch -> !batch.metrics().isEmpty()).forEach(batch -> ids.add(batch.agent()));
        for (MatrixRow row : rows) {
            ids.add(row.source());
            row.results().forEach(result -> ids.add(result.destination()));
        }
        nodes.enter(connection, ids);
    }

    private void placeDestinations(Connection connection, List<MatrixRow> rows) throws SQLException {
        Map<Integer, Set<Integer>> destinations = new TreeMap<>();
        for (MatrixRow row : rows) {
            Set<Integer> ofSource = destinations.computeIfAbsent(nodes.number(row.source()), source -> new HashSet<>());
            row.results().forEach(result -> ofSource.add(nodes.number(result.destination())));
        }
        for (Map.Entry<Integer, Set<Integer>> entry : destinations.entrySet()) {
            layouts.require(connection, entry.getKey(), entry.getValue());
        }
    }

    private void copy(Connection connection, List<MatrixRow> rows) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            BinaryCopy encoder = BinaryCopy.into(copy);
            for (MatrixRow row : rows) {
                for (Tile tile : tiles(row)) {
                    tile.writeTo(encoder);
                }
            }
            encoder.end();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private Collection<Tile> tiles(MatrixRow row) {
        int source = nodes.number(row.source());
        Layout layout = layouts.known(source);
        Map<Integer, Tile> open = new HashMap<>();
        List<Tile> tiles = new ArrayList<>();
        for (PairResult result : row.results()) {
            if (!leftOut.admits(result, storable)) {
                continue;
            }
            int slot = layout.slotOf(nodes.number(result.destination()));
            int number = slot / Tile.CELLS;
            Tile tile = open.get(number);
            // A destination twice in one row (two flows, say) takes a second tile; readers add the two up.
            if (tile == null || !tile.add(slot % Tile.CELLS, result)) {
                tile = new Tile(row, source, number);
                tile.add(slot % Tile.CELLS, result);
                open.put(number, tile);
                tiles.add(tile);
            }
            results++;
        }
        return tiles;
    }
}
