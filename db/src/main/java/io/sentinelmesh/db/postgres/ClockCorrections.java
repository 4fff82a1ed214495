package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

import io.sentinelmesh.db.ReceivedBatch;

/** Table clock_correction: one line for each run of batches that the same offset was taken out of. */
final class ClockCorrections {

    private static final String EXTEND = """
            UPDATE clock_correction SET to_sequence = ?
            WHERE agent = ? AND boot = ? AND offset_us = ? AND to_sequence = ? - 1""";
    private static final String BEGIN = """
            INSERT INTO clock_correction (to_sequence, agent, boot, offset_us, from_sequence) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING""";

    private ClockCorrections() {
    }

    static void note(Connection connection, List<ReceivedBatch> fresh) throws SQLException {
        for (ReceivedBatch batch : fresh) {
            if (!batch.clockOffset().isZero() && run(connection, EXTEND, batch) == 0) {
                run(connection, BEGIN, batch);
            }
        }
    }

    private static int run(Connection connection, String sql, ReceivedBatch batch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, batch.sequence());
            statement.setObject(2, batch.agent().value());
            statement.setObject(3, batch.boot());
            statement.setLong(4, batch.clockOffset().toNanos() / 1_000);
            statement.setLong(5, batch.sequence());
            return statement.executeUpdate();
        }
    }

    /** Of boots whose cursor is forgotten. */
    static void forget(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM clock_correction c WHERE NOT EXISTS"
                + " (SELECT FROM ingest_cursor i WHERE i.agent = c.agent AND i.boot = c.boot)")) {
            statement.executeUpdate();
        }
    }
}
