package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.sentinelmesh.db.SettingsStore;
import io.sentinelmesh.db.StoredSettings;

/** Table settings_version. */
final class SettingsTable implements SettingsStore {

    private static final String ENTRY = "version, sha256, stored_at, author";
    private static final String ONE = "SELECT " + ENTRY + ", document FROM settings_version ";
    /** Two aggregators that write at once: the second waits for the first, then finds the number taken and stores nothing. */
    private static final String ADD = """
            INSERT INTO settings_version (version, document, sha256, stored_at, author)
            SELECT ? + 1, ?, ?, ?, ?
            WHERE (SELECT coalesce(max(version), 0) FROM settings_version) = ?
            ON CONFLICT (version) DO NOTHING""";

    private final Transactions transactions;

    SettingsTable(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Optional<StoredSettings> newest() {
        return transactions.withConnection("read the settings",
                connection -> one(connection, ONE + "ORDER BY version DESC LIMIT 1"));
    }

    @Override
    public long newestVersion() {
        return transactions.withConnection("read the version of the settings", connection -> {
            try (PreparedStatement statement = connection
                    .prepareStatement("SELECT coalesce(max(version), 0) FROM settings_version");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    @Override
    public Optional<StoredSettings> version(long version) {
        return transactions.withConnection("read version " + version + " of the settings",
                connection -> one(connection, ONE + "WHERE version = ?", version));
    }

    private static Optional<StoredSettings> one(Connection connection, String query, long... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setLong(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(new StoredSettings(entry(row), row.getString(5))) : Optional.empty();
            }
        }
    }

    @Override
    public List<StoredSettings.Entry> history(int limit) {
        return transactions.withConnection("read the history of the settings", connection -> {
            List<StoredSettings.Entry> entries = new ArrayList<>();
            try (PreparedStatement statement = connection
                    .prepareStatement("SELECT " + ENTRY + " FROM settings_version ORDER BY version DESC LIMIT ?")) {
                statement.setInt(1, limit);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        entries.add(entry(row));
                    }
                }
            }
            return entries;
        });
    }

    private static StoredSettings.Entry entry(ResultSet row) throws SQLException {
        return new StoredSettings.Entry(row.getLong(1), HexFormat.of().formatHex(row.getBytes(2)),
                row.getObject(3, OffsetDateTime.class).toInstant(), row.getString(4));
    }

    @Override
    public OptionalLong add(long after, StoredSettings.Draft draft) {
        return transactions.run("store the settings", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ADD)) {
                statement.setLong(1, after);
                statement.setString(2, draft.document());
                statement.setBytes(3, draft.digest());
                statement.setObject(4, draft.at().atOffset(ZoneOffset.UTC));
                statement.setString(5, draft.author());
                statement.setLong(6, after);
                if (statement.executeUpdate() == 0) {
                    return OptionalLong.empty();
                }
            }
            try (PreparedStatement statement = connection
                    .prepareStatement("DELETE FROM settings_version WHERE version <= ?")) {
                statement.setLong(1, after + 1 - KEPT);
                statement.executeUpdate();
            }
            return OptionalLong.of(after + 1);
        });
    }
}
