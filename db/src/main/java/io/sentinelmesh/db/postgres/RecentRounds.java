package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/** What the newest rounds tell of one pair. */
final class RecentRounds {

    private static final String HAS_KIND = """
            SELECT EXISTS (SELECT FROM tile WHERE source = ? AND tile = ? AND kind = ? AND time >= ?
                AND tile_entry(cells, ?) <> 57344)""";

    private RecentRounds() {
    }

    static List<ProbeKind> kinds(Connection connection, NodeId source, NodeId destination, Instant since)
            throws SQLException {
        List<ProbeKind> kinds = new ArrayList<>();
        Optional<Place> place = Place.find(connection, source, destination);
        if (place.isEmpty()) {
            return kinds;
        }
        try (PreparedStatement statement = connection.prepareStatement(HAS_KIND)) {
            for (ProbeKind kind : ProbeKind.values()) {
                statement.setInt(1, place.get().source());
                statement.setInt(2, place.get().tile());
                statement.setInt(3, kind.number());
                statement.setObject(4, since.atOffset(ZoneOffset.UTC));
                statement.setInt(5, place.get().cell() + 1);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next() && row.getBoolean(1)) {
                        kinds.add(kind);
                    }
                }
            }
        }
        return kinds;
    }
}
