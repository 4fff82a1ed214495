package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.sentinelmesh.db.DeadLetter;
import io.sentinelmesh.db.DeadLetterStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.NodeId;

/** Table dead_letter. */
final class DeadLetterTable implements DeadLetterStore {

    private static final String ADD = """
            INSERT INTO dead_letter (agent, boot, sequence, time, reason, results, content, offset_us)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (agent, boot, sequence) DO NOTHING""";
    private static final String DROP = """
            DELETE FROM dead_letter WHERE id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER newest AS letters, sum(length(content)) OVER newest AS bytes FROM dead_letter
                    WINDOW newest AS (ORDER BY id DESC)) counted
                WHERE letters > ? OR (bytes > ? AND letters > 1))""";
    private static final String LIST = """
            SELECT id, agent, boot, sequence, time, reason, results, length(content) FROM dead_letter ORDER BY id DESC""";

    private final Transactions transactions;

    DeadLetterTable(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public int add(ReceivedBatch batch, String reason, Instant time, int results, byte[] content) {
        return transactions.run("keep a batch that was given up", connection -> {
            Cursors.Key key = new Cursors.Key(batch.agent(), batch.boot());
            long stored = Cursors.lock(connection, List.of(key), time).getOrDefault(key, 0L);
            if (batch.sequence() > stored) {
                Cursors.move(connection, Map.of(key, batch.sequence()), time);
            }
            try (PreparedStatement statement = connection.prepareStatement(ADD)) {
                statement.setObject(1, batch.agent().value());
                statement.setObject(2, batch.boot());
                statement.setLong(3, batch.sequence());
                statement.setObject(4, time.atOffset(ZoneOffset.UTC));
                statement.setString(5, text(reason));
                statement.setInt(6, results);
                statement.setBytes(7, content);
                statement.setLong(8, TimeUnit.NANOSECONDS.toMicros(batch.clockOffset().toNanos()));
                statement.executeUpdate();
            }
            return dropOldest(connection);
        });
    }

    private static String text(String reason) {
        String line = reason.replace('\0', '?');
        return line.length() > MOST_REASON_LENGTH ? line.substring(0, MOST_REASON_LENGTH) : line;
    }

    private static int dropOldest(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DROP)) {
            statement.setInt(1, MOST_LETTERS);
            statement.setLong(2, MOST_BYTES);
            return statement.executeUpdate();
        }
    }

    @Override
    public List<DeadLetter> list() {
        return transactions.withConnection("list the batches that were given up", connection -> {
            List<DeadLetter> letters = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(LIST);
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    letters.add(new DeadLetter(rows.getLong(1), new NodeId(rows.getObject(2, UUID.class)),
                            rows.getObject(3, UUID.class), rows.getLong(4),
                            rows.getObject(5, OffsetDateTime.class).toInstant(), rows.getString(6), rows.getInt(7),
                            rows.getInt(8)));
                }
            }
            return letters;
        });
    }

    @Override
    public Optional<Kept> content(long id) {
        return transactions.withConnection("read a batch that was given up", connection -> {
            try (PreparedStatement statement = connection
                    .prepareStatement("SELECT content, offset_us, vain FROM dead_letter WHERE id = ?")) {
                statement.setLong(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Kept(row.getBytes(1), Duration.of(row.getLong(2), ChronoUnit.MICROS),
                                    row.getInt(3)))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public void sentInVain(long id) {
        transactions.run("note that a batch that was given up is too old", connection -> {
            try (PreparedStatement statement = connection
                    .prepareStatement("UPDATE dead_letter SET vain = vain + 1 WHERE id = ?")) {
                statement.setLong(1, id);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public boolean delete(long id) {
        return transactions.run("delete a batch that was given up", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("DELETE FROM dead_letter WHERE id = ?")) {
                statement.setLong(1, id);
                return statement.executeUpdate() > 0;
            }
        });
    }
}
