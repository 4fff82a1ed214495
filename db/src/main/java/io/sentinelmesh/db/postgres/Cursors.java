package io.sentinelmesh.db.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.sentinelmesh.measurement.NodeId;

/** Table ingest_cursor: how far each boot of each agent is stored. */
final class Cursors {

    private static final String CREATE = """
            INSERT INTO ingest_cursor (agent, boot, sequence, updated_at)
            SELECT agent, boot, 0, ? FROM unnest(?::uuid[], ?::uuid[]) AS k (agent, boot) ORDER BY agent, boot
            ON CONFLICT DO NOTHING""";
    /** Ordered, so that two appends with the same agents wait for one another instead of deadlocking. */
    private static final String LOCK = """
            SELECT c.agent, c.boot, c.sequence
            FROM ingest_cursor c JOIN unnest(?::uuid[], ?::uuid[]) AS k (agent, boot) ON c.agent = k.agent AND c.boot = k.boot
            ORDER BY c.agent, c.boot
            FOR UPDATE OF c""";
    private static final String MOVE = "UPDATE ingest_cursor SET sequence = ?, updated_at = ? WHERE agent = ? AND boot = ?";

    private Cursors() {
    }

    record Key(NodeId agent, UUID boot) {
    }

    /** Whoever else stores batches of these boots waits until this transaction ends. */
    static Map<Key, Long> lock(Connection connection, Collection<Key> keys, Instant now) throws SQLException {
        List<Key> distinct = keys.stream().distinct().toList();
        Array agents = connection.createArrayOf("uuid", distinct.stream().map(key -> key.agent().value()).toArray());
        Array boots = connection.createArrayOf("uuid", distinct.stream().map(Key::boot).toArray());
        try (PreparedStatement create = connection.prepareStatement(CREATE)) {
            create.setObject(1, now.atOffset(ZoneOffset.UTC));
            create.setArray(2, agents);
            create.setArray(3, boots);
            create.executeUpdate();
        }
        Map<Key, Long> sequences = new HashMap<>();
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setArray(1, agents);
            lock.setArray(2, boots);
            try (ResultSet rows = lock.executeQuery()) {
                while (rows.next()) {
                    sequences.put(new Key(new NodeId(rows.getObject(1, UUID.class)), rows.getObject(2, UUID.class)),
                            rows.getLong(3));
                }
            }
        }
        return sequences;
    }

    static void move(Connection connection, Map<Key, Long> sequences, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            for (Map.Entry<Key, Long> entry : sequences.entrySet()) {
                statement.setLong(1, entry.getValue());
                statement.setObject(2, now.atOffset(ZoneOffset.UTC));
                statement.setObject(3, entry.getKey().agent().value());
                statement.setObject(4, entry.getKey().boot());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    static long lastSequence(Connection connection, Key key) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("SELECT sequence FROM ingest_cursor WHERE agent = ? AND boot = ?")) {
            statement.setObject(1, key.agent().value());
            statement.setObject(2, key.boot());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** Boots that stored nothing since: whatever they sent then is too old to be stored again, so a repeat can do no harm. */
    static void forget(Connection connection, Instant untouchedSince) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("DELETE FROM ingest_cursor WHERE updated_at < ?")) {
            statement.setObject(1, untouchedSince.atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }
}
