package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.Set;

/** Table metric_due: which minutes and hours of which agent are to be made. */
final class MetricNotes {

    // An agent's minutes follow one another in this order, so that one that is due several times is made once.
    private static final String TAKE = """
            DELETE FROM metric_due WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM metric_due WHERE seconds = ? AND time <= ? AND (held_until IS NULL OR held_until <= ?)
                ORDER BY time, agent LIMIT ?))
            RETURNING agent, time""";
    private static final String DAYS = """
            SELECT DISTINCT date_bin('1 day', time, '2000-01-01 00:00:00+00') FROM metric_due WHERE seconds = ? AND time <= ?""";
    private static final String HOURS_DUE = """
            INSERT INTO metric_due (seconds, agent, time)
            SELECT DISTINCT 3600, d.agent, date_bin('1 hour', d.time, '2000-01-01 00:00:00+00')
            FROM unnest(?::int[], ?::timestamptz[]) AS d (agent, time)""";
    private static final String HOLD = "UPDATE metric_due SET held_until = ? WHERE seconds = ? AND agent = ? AND time = ?";
    private static final String ANY_BEFORE = """
            SELECT EXISTS (SELECT FROM metric_due WHERE seconds <= ? AND time < ? AND held_until IS NULL)""";
    private static final String RELEASE = "UPDATE metric_due SET held_until = ? WHERE seconds = ? AND time < ? AND held_until > ?";

    private MetricNotes() {
    }

    /**
     * @param agent its node's number
     * @param start of the minute or hour
     */
    record Due(int agent, Instant start) {
    }

    /** Takes the oldest notes of periods of a length that are due. They are back if this transaction fails. */
    static Set<Due> take(Connection connection, Duration length, Instant now, Instant newest, int most)
            throws SQLException {
        Set<Due> due = new LinkedHashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setLong(1, length.toSeconds());
            statement.setObject(2, newest.atOffset(ZoneOffset.UTC));
            statement.setObject(3, now.atOffset(ZoneOffset.UTC));
            statement.setInt(4, most);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    due.add(new Due(rows.getInt(1), rows.getObject(2, OffsetDateTime.class).toInstant()));
                }
            }
        }
        return due;
    }

    /** Days of which something is due. */
    static Set<Instant> days(Connection connection, Duration length, Instant newest) throws SQLException {
        Set<Instant> days = new LinkedHashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(DAYS)) {
            statement.setLong(1, length.toSeconds());
            statement.setObject(2, newest.atOffset(ZoneOffset.UTC));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    days.add(rows.getObject(1, OffsetDateTime.class).toInstant());
                }
            }
        }
        return days;
    }

    static void noteHours(Connection connection, Set<Due> minutes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOURS_DUE)) {
            set(connection, statement, minutes);
            statement.executeUpdate();
        }
    }

    /** As parameters 1 and 2: agents and times. */
    static void set(Connection connection, PreparedStatement statement, Set<Due> due) throws SQLException {
        statement.setArray(1, connection.createArrayOf("int4", due.stream().map(Due::agent).toArray()));
        statement.setArray(2, connection.createArrayOf("text",
                due.stream().map(each -> each.start.toString()).toArray()));
    }

    /** Sets aside until then what cannot be made. */
    static void hold(Connection connection, Duration length, Due due, Instant until) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setObject(1, until.atOffset(ZoneOffset.UTC));
            statement.setLong(2, length.toSeconds());
            statement.setInt(3, due.agent);
            statement.setObject(4, due.start.atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }

    /**
     * Makes notes of periods before a time due that are set aside for longer. They still count as set aside.
     *
     * @return how many
     */
    static int release(Connection connection, Duration length, Instant time, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            statement.setObject(1, now.atOffset(ZoneOffset.UTC));
            statement.setLong(2, length.toSeconds());
            statement.setObject(3, time.atOffset(ZoneOffset.UTC));
            statement.setObject(4, now.atOffset(ZoneOffset.UTC));
            return statement.executeUpdate();
        }
    }

    /** Whether what is below periods of a length is still needed: for minutes, too, as theirs ask for hours. Not those set aside. */
    static boolean anyBefore(Connection connection, Duration length, Instant time) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ANY_BEFORE)) {
            statement.setLong(1, length.toSeconds());
            statement.setObject(2, time.atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
