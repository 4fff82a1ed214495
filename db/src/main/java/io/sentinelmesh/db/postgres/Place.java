package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/**
 * Where a pair's results stand.
 *
 * @param cell from 0
 */
record Place(int source, int tile, int cell) {

    private static final String FIND = """
            SELECT s.number, l.tile, array_position(l.destination, d.number) - 1
            FROM node s JOIN node d ON d.id = ? JOIN tile_layout l ON l.source = s.number AND d.number = ANY (l.destination)
            WHERE s.id = ?""";

    static Optional<Place> find(Connection connection, NodeId source, NodeId destination) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setObject(1, destination.value());
            statement.setObject(2, source.value());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Place(rows.getInt(1), rows.getInt(2), rows.getInt(3)))
                        : Optional.empty();
            }
        }
    }

    /** Tiles of this place, by time; all of it numbers and times of ours. */
    String query(Cut cut, int kind, Instant from, Instant to) {
        return "SELECT time, cells FROM " + cut.table() + " WHERE source = " + source + " AND tile = " + tile
                + " AND kind = " + kind + " AND time >= " + CopyRows.literal(from) + " AND time < "
                + CopyRows.literal(to) + " ORDER BY time";
    }
}
