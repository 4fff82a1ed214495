package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.sentinelmesh.db.identity.EnrolledAgent;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.identity.JoinClaim;
import io.sentinelmesh.db.identity.JoinVerdict;
import io.sentinelmesh.db.identity.Revocations;
import io.sentinelmesh.db.identity.StoredCertificate;
import io.sentinelmesh.db.identity.StoredIdentity;
import io.sentinelmesh.db.identity.StoredToken;
import io.sentinelmesh.measurement.NodeId;

/** Tables join_token, identity, certificate and revoked_agent. Thread-safe. */
final class Identities implements IdentityStore {

    private static final String SAVE_CERTIFICATE = """
            INSERT INTO certificate (serial, agent, public_key, not_before, not_after, issued_at, withdrawn)
            SELECT ?, agent, ?, ?, ?, ?, ? FROM identity WHERE agent = ?""";
    private static final String NEWEST_KEY = """
            UPDATE identity SET key_hash = ?
            WHERE agent = ? AND NOT EXISTS (SELECT FROM identity other WHERE other.key_hash = ? AND other.agent <> ?)""";
    private static final String ENROLLED = """
            SELECT i.agent, i.name, i.site, i.key_hash, i.token, i.joined_at, c.not_before, c.not_after
            FROM identity i LEFT JOIN LATERAL (
                SELECT not_before, not_after FROM certificate
                WHERE agent = i.agent AND NOT withdrawn ORDER BY not_after DESC LIMIT 1) c ON true
            ORDER BY i.name""";

    private final Transactions transactions;

    Identities(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void addToken(StoredToken token) {
        change("save a join token", Tokens.INSERT, statement -> Tokens.fill(statement, token));
    }

    @Override
    public List<StoredToken> tokens() {
        return transactions.withConnection("list the join tokens", Tokens::list);
    }

    @Override
    public boolean revokeToken(String id, Instant at) {
        return change("revoke a join token",
                "UPDATE join_token SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?", statement -> {
                    statement.setObject(1, utc(at));
                    statement.setString(2, id);
                }) > 0;
    }

    @Override
    public JoinVerdict join(JoinClaim claim) {
        return transactions.run("let an agent join", connection -> new Joining(connection, claim).run());
    }

    @Override
    public boolean saveCertificate(StoredCertificate certificate, String keyHash) {
        return transactions.run("note a certificate", connection -> {
            try (PreparedStatement key = connection.prepareStatement(NEWEST_KEY)) {
                key.setString(1, keyHash);
                key.setObject(2, certificate.agent().value());
                key.setString(3, keyHash);
                key.setObject(4, certificate.agent().value());
                if (key.executeUpdate() == 0) {
                    return false;
                }
            }
            try (PreparedStatement insert = connection.prepareStatement(SAVE_CERTIFICATE)) {
                insert.setString(1, certificate.serial());
                insert.setBytes(2, certificate.publicKey());
                insert.setObject(3, utc(certificate.notBefore()));
                insert.setObject(4, utc(certificate.notAfter()));
                insert.setObject(5, utc(certificate.issuedAt()));
                insert.setBoolean(6, certificate.withdrawn());
                insert.setObject(7, certificate.agent().value());
                return insert.executeUpdate() > 0;
            }
        });
    }

    @Override
    public Optional<StoredCertificate> certificate(String serial) {
        return transactions.withConnection("read a certificate", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT serial, agent, public_key, "
                    + "not_before, not_after, issued_at, withdrawn FROM certificate WHERE serial = ?")) {
                statement.setString(1, serial);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.of(new StoredCertificate(row.getString(1), agent(row, 2), row.getBytes(3),
                                    instant(row, 4), instant(row, 5), instant(row, 6), row.getBoolean(7)))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public Optional<StoredIdentity> identity(NodeId agent) {
        return transactions.withConnection("read an identity",
                connection -> Joining.identityWhere(connection, "agent = ?", agent.value()));
    }

    @Override
    public List<EnrolledAgent> enrolled() {
        return transactions.withConnection("list the agents that joined", connection -> {
            List<EnrolledAgent> agents = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(ENROLLED);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    agents.add(new EnrolledAgent(Joining.identity(row), optionalInstant(row, 7),
                            optionalInstant(row, 8)));
                }
            }
            return agents;
        });
    }

    @Override
    public boolean revoke(NodeId agent, Instant at) {
        return change("revoke an agent",
                "INSERT INTO revoked_agent (agent, revoked_at) VALUES (?, ?) ON CONFLICT DO NOTHING", statement -> {
                    statement.setObject(1, agent.value());
                    statement.setObject(2, utc(at));
                }) > 0;
    }

    @Override
    public Revocations revocations(Instant now) {
        // One moment for both lists: an agent that is let in again leaves the one as its certificates enter the other.
        return transactions.run("read who is shut out", connection -> {
            Map<NodeId, Instant> agents = new HashMap<>();
            Set<String> withdrawn = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement("""
                    SELECT agent, revoked_at, NULL FROM revoked_agent
                    UNION ALL
                    SELECT NULL, NULL, serial FROM certificate WHERE withdrawn AND not_after >= ?""")) {
                statement.setObject(1, utc(now));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        String serial = row.getString(3);
                        if (serial == null) {
                            agents.put(agent(row, 1), instant(row, 2));
                        } else {
                            withdrawn.add(serial);
                        }
                    }
                }
            }
            return new Revocations(agents, withdrawn);
        });
    }

    @Override
    public void forget(Instant endedBefore) {
        change("forget old certificates", "DELETE FROM certificate WHERE not_after < ?",
                statement -> statement.setObject(1, utc(endedBefore)));
        change("forget old join tokens", "DELETE FROM join_token WHERE expires_at < ?",
                statement -> statement.setObject(1, utc(endedBefore)));
    }

    private interface Filling {
        void fill(PreparedStatement statement) throws SQLException;
    }

    private int change(String action, String sql, Filling filling) {
        return transactions.withConnection(action, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                filling.fill(statement);
                return statement.executeUpdate();
            }
        });
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static NodeId agent(ResultSet row, int column) throws SQLException {
        return new NodeId(row.getObject(column, UUID.class));
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Optional<Instant> optionalInstant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** Table join_token. */
    static final class Tokens {

        static final String INSERT = """
                INSERT INTO join_token (id, secret_hash, site, agent, uses_allowed, uses, created_at, expires_at, revoked_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";
        static final String COLUMNS = "SELECT id, secret_hash, site, agent, uses_allowed, uses, created_at, expires_at, "
                + "revoked_at FROM join_token ";

        private Tokens() {
        }

        static void fill(PreparedStatement statement, StoredToken token) throws SQLException {
            statement.setString(1, token.id());
            statement.setString(2, token.secretHash());
            statement.setString(3, token.site());
            statement.setObject(4, token.agent().map(NodeId::value).orElse(null));
            statement.setInt(5, token.usesAllowed());
            statement.setInt(6, token.uses());
            statement.setObject(7, utc(token.createdAt()));
            statement.setObject(8, utc(token.expiresAt()));
            statement.setObject(9, token.revokedAt().map(Identities::utc).orElse(null));
        }

        static List<StoredToken> list(Connection connection) throws SQLException {
            List<StoredToken> tokens = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(COLUMNS + "ORDER BY created_at DESC, id");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tokens.add(read(row));
                }
            }
            return tokens;
        }

        static StoredToken read(ResultSet row) throws SQLException {
            Optional<NodeId> agent = Optional.ofNullable(row.getObject(4, UUID.class)).map(NodeId::new);
            return new StoredToken(row.getString(1), row.getString(2), row.getString(3), agent, row.getInt(5),
                    row.getInt(6), instant(row, 7), instant(row, 8), optionalInstant(row, 9));
        }
    }
}
