package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.MeasurementStore.PairMedian;
import io.sentinelmesh.db.history.Round;
import io.sentinelmesh.db.history.StepMerger;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/** Reads tiles back as pairs and rounds. */
final class HistoryReader {

    /** Rounds are read in portions, so that a year's window does not fill the memory. */
    private static final int FETCH_ROWS = 5_000;

    private static final String PLACE = """
            SELECT s.number, l.tile, array_position(l.destination, d.number)
            FROM node s JOIN node d ON d.id = ? JOIN tile_layout l ON l.source = s.number AND d.number = ANY (l.destination)
            WHERE s.id = ?""";
    private static final String ROUNDS = """
            SELECT date_part('epoch', time), sent[:cell], received[:cell], min_us[:cell], lower_quartile_us[:cell], median_us[:cell],
                   upper_quartile_us[:cell], max_us[:cell]
            FROM tile
            WHERE source = ? AND tile = ? AND kind = ? AND time >= ? AND time < ? AND sent[:cell] IS NOT NULL
            ORDER BY time""";
    private static final String HAS_KIND = """
            SELECT EXISTS (SELECT FROM tile WHERE source = ? AND tile = ? AND kind = ? AND time >= ? AND sent[:cell] IS NOT NULL)""";
    private static final String MEDIANS = """
            SELECT s.id, d.id, t.kind, percentile_disc(0.5) WITHIN GROUP (ORDER BY c.median_us), count(*)
            FROM tile t
            JOIN tile_layout l ON l.source = t.source AND l.tile = t.tile
            CROSS JOIN LATERAL unnest(l.destination, t.median_us) AS c (destination, median_us)
            JOIN node s ON s.number = t.source
            JOIN node d ON d.number = c.destination
            WHERE t.time >= ? AND c.median_us IS NOT NULL
            GROUP BY s.id, d.id, t.kind
            ORDER BY s.id, d.id, t.kind""";

    private HistoryReader() {
    }

    private record Place(int source, int tile, int cell) {
    }

    static List<HistoryPoint> history(Connection connection, NodeId source, NodeId destination, ProbeKind kind,
            Instant from, Instant to, Duration step, int limit) throws SQLException {
        StepMerger merger = new StepMerger(step, limit);
        Optional<Place> place = place(connection, source, destination);
        if (place.isEmpty()) {
            return merger.finish();
        }
        try (PreparedStatement statement = connection.prepareStatement(atCell(ROUNDS, place.get()))) {
            statement.setFetchSize(FETCH_ROWS);
            statement.setInt(1, place.get().source());
            statement.setInt(2, place.get().tile());
            statement.setInt(3, kind.number());
            statement.setObject(4, from.atOffset(ZoneOffset.UTC));
            statement.setObject(5, to.atOffset(ZoneOffset.UTC));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next() && merger.add(round(rows))) {
                    // The merger keeps what it needs.
                }
            }
        }
        return merger.finish();
    }

    static List<ProbeKind> kinds(Connection connection, NodeId source, NodeId destination, Instant since)
            throws SQLException {
        List<ProbeKind> kinds = new ArrayList<>();
        Optional<Place> place = place(connection, source, destination);
        if (place.isEmpty()) {
            return kinds;
        }
        try (PreparedStatement statement = connection.prepareStatement(atCell(HAS_KIND, place.get()))) {
            for (ProbeKind kind : ProbeKind.values()) {
                statement.setInt(1, place.get().source());
                statement.setInt(2, place.get().tile());
                statement.setInt(3, kind.number());
                statement.setObject(4, since.atOffset(ZoneOffset.UTC));
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next() && row.getBoolean(1)) {
                        kinds.add(kind);
                    }
                }
            }
        }
        return kinds;
    }

    static List<PairMedian> medians(Connection connection, Instant since) throws SQLException {
        List<PairMedian> medians = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(MEDIANS)) {
            statement.setFetchSize(FETCH_ROWS);
            statement.setObject(1, since.atOffset(ZoneOffset.UTC));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    medians.add(new PairMedian(new NodeId(rows.getObject(1, UUID.class)),
                            new NodeId(rows.getObject(2, UUID.class)), ProbeKind.ofNumber(rows.getInt(3)),
                            rows.getInt(4), rows.getInt(5)));
                }
            }
        }
        return medians;
    }

    /** Written into the statement, so that the server reads just that element and plans the same statement for all pairs of a cell. */
    private static String atCell(String sql, Place place) {
        return sql.replace(":cell", Integer.toString(place.cell()));
    }

    private static Optional<Place> place(Connection connection, NodeId source, NodeId destination) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PLACE)) {
            statement.setObject(1, destination.value());
            statement.setObject(2, source.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Place(rows.getInt(1), rows.getInt(2), rows.getInt(3)))
                        : Optional.empty();
            }
        }
    }

    private static Round round(ResultSet row) throws SQLException {
        Instant start = Instant.ofEpochMilli(Math.round(row.getDouble(1) * 1_000));
        int received = row.getInt(3);
        return new Round(start, row.getInt(2), received,
                received == 0
                        ? Optional.empty()
                        : Optional.of(new HistoryPoint.Delays(row.getInt(4), row.getInt(5), row.getInt(6),
                                row.getInt(7), row.getInt(8))));
    }
}
