package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

import io.sentinelmesh.db.identity.JoinClaim;
import io.sentinelmesh.db.identity.JoinRules;
import io.sentinelmesh.db.identity.JoinRules.Decision;
import io.sentinelmesh.db.identity.JoinVerdict;
import io.sentinelmesh.db.identity.JoinVerdict.Reason;
import io.sentinelmesh.db.identity.StoredIdentity;
import io.sentinelmesh.db.identity.StoredToken;
import io.sentinelmesh.measurement.NodeId;

/** One join in one transaction. */
final class Joining {

    /** Joins are rare, and one at a time is the plain way to let nobody change what another is judged by. The number only has to be ours. */
    private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7421884061)";
    /** The conditions stand here once more: whatever was read before, this alone decides whether a use is left. */
    private static final String TAKE_USE = """
            UPDATE join_token SET uses = uses + 1
            WHERE id = ? AND uses < uses_allowed AND revoked_at IS NULL AND expires_at > ?""";
    private static final String ENTER = """
            INSERT INTO identity (agent, name, site, key_hash, token, joined_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (agent) DO UPDATE SET name = excluded.name, site = excluded.site, key_hash = excluded.key_hash,
                token = excluded.token, joined_at = excluded.joined_at""";

    private final Connection connection;
    private final JoinClaim claim;

    Joining(Connection connection, JoinClaim claim) {
        this.connection = connection;
        this.claim = claim;
    }

    JoinVerdict run() throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(ONE_AT_A_TIME)) {
            lock.execute();
        }
        return switch (JoinRules.decide(claim, read())) {
            case Decision.Refuse(Reason reason) -> new JoinVerdict.Refused(reason);
            case Decision.Admit admit -> admit(admit);
        };
    }

    private JoinRules.Facts read() throws SQLException {
        Optional<StoredToken> token = token(claim.token());
        Optional<StoredIdentity> byKey = identityWhere(connection, "key_hash = ?", claim.keyHash());
        Optional<StoredIdentity> byName = identityWhere(connection, "name = ?", claim.name());
        // Only these can be asked for: the key's owner, the token's agent, the claimed one, a fresh one.
        Optional<NodeId> asked = byKey.map(StoredIdentity::agent).or(() -> token.flatMap(StoredToken::agent))
                .or(claim::agent);
        Optional<StoredIdentity> byAgent = asked.isEmpty()
                ? Optional.empty()
                : identityWhere(connection, "agent = ?", asked.get().value());
        boolean revoked = asked.isPresent() && revoked(asked.get());
        return new Read(token, byKey, byAgent, byName, revoked);
    }

    private record Read(Optional<StoredToken> theToken, Optional<StoredIdentity> theKeyOwner,
            Optional<StoredIdentity> theAgent, Optional<StoredIdentity> theNameOwner,
            boolean isRevoked) implements JoinRules.Facts {

        @Override
        public Optional<StoredToken> token(String id) {
            return theToken;
        }

        @Override
        public Optional<StoredIdentity> byKey(String keyHash) {
            return theKeyOwner;
        }

        @Override
        public Optional<StoredIdentity> byAgent(NodeId agent) {
            return theAgent;
        }

        @Override
        public Optional<StoredIdentity> byName(String name) {
            return theNameOwner;
        }

        @Override
        public boolean revoked(NodeId agent) {
            return isRevoked;
        }
    }

    private JoinVerdict admit(Decision.Admit admit) throws SQLException {
        if (admit.takesUse() && !takeUse()) {
            return new JoinVerdict.Refused(Reason.TOKEN_USED_UP);
        }
        StoredIdentity identity = admit.identity();
        if (admit.anew()) {
            change("UPDATE certificate SET withdrawn = true WHERE agent = ?", identity.agent().value());
            change("DELETE FROM revoked_agent WHERE agent = ?", identity.agent().value());
        }
        change(ENTER, identity.agent().value(), identity.name(), identity.site(), identity.keyHash(),
                identity.token(), Identities.utc(identity.joinedAt()));
        return new JoinVerdict.Admitted(identity.agent(), identity.site(), admit.known());
    }

    private boolean takeUse() throws SQLException {
        return change(TAKE_USE, claim.token(), Identities.utc(claim.at())) > 0;
    }

    private int change(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    private Optional<StoredToken> token(String id) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement(Identities.Tokens.COLUMNS + "WHERE id = ? FOR UPDATE")) {
            statement.setString(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(Identities.Tokens.read(row)) : Optional.empty();
            }
        }
    }

    private boolean revoked(NodeId agent) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("SELECT revoked_at FROM revoked_agent WHERE agent = ?")) {
            statement.setObject(1, agent.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    static Optional<StoredIdentity> identityWhere(Connection connection, String condition, Object value)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT agent, name, site, key_hash, token, joined_at FROM identity WHERE " + condition)) {
            statement.setObject(1, value);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(identity(row)) : Optional.empty();
            }
        }
    }

    static StoredIdentity identity(ResultSet row) throws SQLException {
        return new StoredIdentity(Identities.agent(row, 1), row.getString(2), row.getString(3), row.getString(4),
                row.getString(5), instant(row));
    }

    private static Instant instant(ResultSet row) throws SQLException {
        return Identities.instant(row, 6);
    }
}
