package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.db.IngestKeyStore;
import io.sentinelmesh.db.StoredIngestKey;
import io.sentinelmesh.measurement.NodeId;

/** Table ingest_key. */
final class IngestKeyTable implements IngestKeyStore {

    private static final String COLUMNS = "id, agent, name, site, generation, previous_until, created_at, expires_at, revoked_at";

    private final Transactions transactions;

    IngestKeyTable(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void add(StoredIngestKey key) {
        transactions.run("store a key of a third party", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "INSERT INTO ingest_key (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                statement.setString(1, key.id());
                statement.setObject(2, UUID.fromString(key.agent().toString()));
                statement.setString(3, key.name());
                statement.setString(4, key.site());
                statement.setInt(5, key.generation());
                statement.setObject(6, key.previousUntil().map(IngestKeyTable::sql).orElse(null));
                statement.setObject(7, sql(key.createdAt()));
                statement.setObject(8, sql(key.expiresAt()));
                statement.setObject(9, key.revokedAt().map(IngestKeyTable::sql).orElse(null));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public Optional<StoredIngestKey> find(String id) {
        return transactions.withConnection("read a key of a third party", connection -> {
            try (PreparedStatement statement = connection
                    .prepareStatement("SELECT " + COLUMNS + " FROM ingest_key WHERE id = ?")) {
                statement.setString(1, id);
                return rows(statement).stream().findFirst();
            }
        });
    }

    @Override
    public List<StoredIngestKey> list() {
        return transactions.withConnection("read the keys of third parties", connection -> {
            try (PreparedStatement statement = connection
                    .prepareStatement("SELECT " + COLUMNS + " FROM ingest_key ORDER BY created_at DESC, id")) {
                return rows(statement);
            }
        });
    }

    @Override
    public Optional<StoredIngestKey> rotate(String id, Instant previousUntil) {
        return transactions.run("rotate a key of a third party", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("UPDATE ingest_key SET generation = "
                    + "generation + 1, previous_until = ? WHERE id = ? AND revoked_at IS NULL RETURNING " + COLUMNS)) {
                statement.setObject(1, sql(previousUntil));
                statement.setString(2, id);
                return rows(statement).stream().findFirst();
            }
        });
    }

    @Override
    public boolean revoke(String id, Instant at) {
        return transactions.run("revoke a key of a third party", connection -> revoke(connection, id, at));
    }

    private static boolean revoke(Connection connection, String id, Instant at) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("UPDATE ingest_key SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?")) {
            statement.setObject(1, sql(at));
            statement.setString(2, id);
            return statement.executeUpdate() == 1;
        }
    }

    private static List<StoredIngestKey> rows(PreparedStatement statement) throws SQLException {
        List<StoredIngestKey> keys = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                keys.add(new StoredIngestKey(row.getString(1), NodeId.parse(row.getString(2)), row.getString(3),
                        row.getString(4), row.getInt(5), instant(row.getObject(6, OffsetDateTime.class)),
                        row.getObject(7, OffsetDateTime.class).toInstant(),
                        row.getObject(8, OffsetDateTime.class).toInstant(),
                        instant(row.getObject(9, OffsetDateTime.class))));
            }
        }
        return keys;
    }

    private static Optional<Instant> instant(@Nullable OffsetDateTime time) {
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime sql(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
