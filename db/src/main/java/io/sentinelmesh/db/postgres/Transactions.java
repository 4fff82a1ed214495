package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Runs a piece of work in a transaction of its own: all of it or nothing. */
final class Transactions {

    /** After a deadlock or serialization failure. */
    private static final int ATTEMPTS = 5;

    private final DataSource database;

    Transactions(DataSource database) {
        this.database = database;
    }

    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * @param action completes "could not …"
     */
    <T> T run(String action, Work<T> work) {
        try {
            for (int attempt = 1;; attempt++) {
                try {
                    return once(work);
                } catch (SQLException e) {
                    if (attempt == ATTEMPTS || !SqlTrouble.isRetryable(e)) {
                        throw e;
                    }
                }
            }
        } catch (SQLException e) {
            throw SqlTrouble.explain(action, e);
        }
    }

    /** For work that hands out what it reads while it reads: done again, it would hand it out twice. */
    <T> T runOnce(String action, Work<T> work) {
        try {
            return once(work);
        } catch (SQLException e) {
            throw SqlTrouble.explain(action, e);
        }
    }

    /** Without a transaction: each statement for itself. */
    <T> T withConnection(String action, Work<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.run(connection);
        } catch (SQLException e) {
            throw SqlTrouble.explain(action, e);
        }
    }

    private <T> T once(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The connection is lost, and the transaction with it.
            reason.addSuppressed(e);
        }
    }

}
