package io.sentinelmesh.db.postgres;

import java.sql.SQLException;

import io.sentinelmesh.db.StoreException;

/** Says what a refusal of the database means and what to do about it (PostgreSQL, appendix "Error Codes"). */
final class SqlTrouble {

    static final String UNIQUE_VIOLATION = "23505";
    static final String LOCK_NOT_AVAILABLE = "55P03";
    static final String QUERY_CANCELED = "57014";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";

    private SqlTrouble() {
    }

    static StoreException explain(String action, SQLException cause) {
        String state = stateOf(cause);
        String remedy = switch (state.length() >= 2 ? state.substring(0, 2) : "") {
            case "08" -> " (is the database running and reachable?)";
            case "28" -> " (check user and password)";
            case "3D" -> " (create the database first)";
            case "42" -> " (does the user own the tables?)";
            case "53" -> " (disk full, or too many connections?)";
            default -> "";
        };
        return new StoreException("could not " + action + ": " + firstLine(cause) + remedy, cause);
    }

    static String firstLine(SQLException cause) {
        String message = String.valueOf(cause.getMessage());
        return message.lines().findFirst().orElse(message) + " [" + stateOf(cause) + "]";
    }

    /** Two transactions were in each other's way: one of them may try again at once. */
    static boolean isRetryable(SQLException cause) {
        return stateOf(cause).equals(SERIALIZATION_FAILURE) || stateOf(cause).equals(DEADLOCK_DETECTED);
    }

    static String stateOf(SQLException cause) {
        return String.valueOf(cause.getSQLState());
    }
}
