package io.sentinelmesh.db.postgres;

import java.sql.SQLException;
import java.util.Set;

import io.sentinelmesh.db.StoreException;

/** Says what a refusal of the database means and what to do about it (PostgreSQL, appendix "Error Codes"). */
final class SqlTrouble {

    static final String UNIQUE_VIOLATION = "23505";
    static final String LOCK_NOT_AVAILABLE = "55P03";
    static final String QUERY_CANCELED = "57014";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";

    /** Classes of states: cardinality, data, integrity, limits, PL/pgSQL, and what is found to be corrupt. */
    private static final Set<String> OF_CONTENT = Set.of("21", "22", "23", "54", "P0", "XX");

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

    /**
     * Whether a piece of work failed for what it was to work on, so that the same piece fails again while others would go well. Everything else, an
     * unknown state too, is taken for trouble of the database that all pieces would share.
     */
    static boolean isOfContent(RuntimeException failure) {
        if (!(failure.getCause() instanceof SQLException cause)) {
            return true;
        }
        String state = stateOf(cause);
        return state.equals(QUERY_CANCELED) || (state.length() >= 2 && OF_CONTENT.contains(state.substring(0, 2)));
    }

    static String stateOf(SQLException cause) {
        return String.valueOf(cause.getSQLState());
    }
}
