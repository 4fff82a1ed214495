package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TimescaleDB makes its chunks itself and drops them when told. */
final class HypertableChunks implements Partitions {

    private static final Logger LOG = LoggerFactory.getLogger(HypertableChunks.class);
    /** While the drop waits for a reader, later readers wait behind it: at most this long. */
    private static final String SET_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '500ms'";

    private final Transactions transactions;
    private final Cut cut;

    HypertableChunks(Transactions transactions, Cut cut) {
        this.transactions = transactions;
        this.cut = cut;
    }

    @Override
    public void require(Collection<Instant> times) {
        // Made by the insert.
    }

    @Override
    public void dropBefore(Instant oldest) {
        transactions.run("drop old chunks of " + cut.table(), connection -> {
            try {
                drop(connection, cut, oldest);
            } catch (SQLException e) {
                if (!SqlTrouble.stateOf(e).equals(SqlTrouble.LOCK_NOT_AVAILABLE)) {
                    throw e;
                }
                connection.rollback();
                LOG.info("Old chunks of {} are being read; they are dropped at the next maintenance", cut.table());
            }
            return true;
        });
    }

    private static void drop(Connection connection, Cut cut, Instant oldest) throws SQLException {
        try (Statement limit = connection.createStatement();
                PreparedStatement statement = connection
                        .prepareStatement("SELECT drop_chunks('" + cut.table() + "', older_than => ?::timestamptz)")) {
            limit.execute(SET_LOCK_TIMEOUT);
            statement.setObject(1, oldest.atOffset(ZoneOffset.UTC));
            statement.executeQuery().close();
        }
    }
}
