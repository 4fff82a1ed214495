package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.db.dump.DumpedTable.Times;

/** Which tables make up a store, and what a dump has to know of each. */
final class DumpTables {

    /** All but Flyway's own and the flavour, which is the server's; those that others refer to first. */
    static final List<String> IN_ORDER = List.of("node", "agent", "ingest_cursor", "tile_layout", "tile",
            "tile_minute", "tile_hour", "rollup_dirty", "identity", "join_token", "certificate", "revoked_agent",
            "settings_version", "ingest_key", "metric_series", "metric_due", "metric_sample",
            "metric_minute", "metric_hour", "event", "dead_letter", "clock_correction", "path", "pair_path");

    private static final String COLUMNS = """
            SELECT attname FROM pg_attribute
            WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            ORDER BY attnum""";
    private static final String IDENTITIES = """
            SELECT attname FROM pg_attribute
            WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped AND attidentity <> ''""";

    private DumpTables() {
    }

    /** Those of this schema's version. */
    static List<String> present(Connection connection) throws SQLException {
        List<String> found = new ArrayList<>();
        for (String table : IN_ORDER) {
            if (!columns(connection, table).isEmpty()) {
                found.add(table);
            }
        }
        return found;
    }

    static List<String> columns(Connection connection, String table) throws SQLException {
        return names(connection, COLUMNS, table);
    }

    private static List<String> names(Connection connection, String query, String table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    static boolean isEmpty(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT EXISTS (SELECT FROM " + table + ")")) {
            found.next();
            return !found.getBoolean(1);
        }
    }

    /** Empty if there are no rows. */
    static Optional<Times> times(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT min(time), max(time) FROM " + table)) {
            found.next();
            Optional<Instant> first = instant(found, 1);
            return first.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Times(first.get(), instant(found, 2).orElseThrow()));
        }
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** What is numbered by itself goes on after the highest number. */
    static void goOnCounting(Connection connection, String table) throws SQLException {
        for (String column : names(connection, IDENTITIES, table)) {
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT setval(pg_get_serial_sequence('" + table + "', '" + column
                        + "'), max(" + column + ")) FROM " + table + " HAVING max(" + column + ") IS NOT NULL").close();
            }
        }
    }
}
