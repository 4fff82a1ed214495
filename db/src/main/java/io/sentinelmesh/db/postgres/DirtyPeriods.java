package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;

import org.postgresql.PGConnection;

/**
 * Table rollup_dirty: which periods got something since they were summed up. A mark is made in the transaction that stores, and locked by it even if
 * it was there already. So whoever takes the mark away afterwards sees what was stored, and whoever took it away before is waited for, and the mark
 * comes back. Marks are locked in ascending order.
 */
final class DirtyPeriods {

    private static final String MARK = """
            INSERT INTO rollup_dirty (tier, period, source, kind)
            SELECT ?, to_timestamp(k.period), k.source, k.kind
            FROM unnest(?::bigint[], ?::int[], ?::smallint[]) AS k (period, source, kind)
            ORDER BY k.period, k.source, k.kind
            ON CONFLICT (tier, period, source, kind) DO UPDATE SET source = excluded.source WHERE false""";
    private static final String TAKE = """
            WITH due AS MATERIALIZED (
                SELECT tier, period, source, kind FROM rollup_dirty m
                WHERE tier = ? AND period <= to_timestamp(?) AND (held_until IS NULL OR held_until <= to_timestamp(?))
                    AND (tier = 1 OR NOT EXISTS (
                        SELECT FROM rollup_dirty below
                        WHERE below.source = m.source AND below.kind = m.kind AND below.tier = 1 AND below.period >= m.period
                            AND below.period < m.period + interval '1 hour' AND below.held_until IS NULL))
                ORDER BY period, source, kind LIMIT ? FOR UPDATE OF m SKIP LOCKED
            )
            DELETE FROM rollup_dirty d USING due
            WHERE d.tier = due.tier AND d.period = due.period AND d.source = due.source AND d.kind = due.kind
            RETURNING extract(epoch FROM d.period)::bigint, d.source, d.kind""";
    private static final String OF_SOURCE = """
            SELECT DISTINCT extract(epoch FROM period)::bigint FROM rollup_dirty
            WHERE source = ? AND kind = ? AND tier <= ? AND period >= to_timestamp(?) AND period < to_timestamp(?)""";
    private static final String ANY_BEFORE = """
            SELECT EXISTS (SELECT FROM rollup_dirty WHERE tier <= ? AND period < to_timestamp(?) AND held_until IS NULL)""";
    private static final String NEXT_DUE = """
            SELECT extract(epoch FROM min(period))::bigint FROM rollup_dirty
            WHERE tier = ? AND period >= to_timestamp(?) AND period <= to_timestamp(?)""";
    private static final String HOLD = """
            UPDATE rollup_dirty SET held_until = to_timestamp(?)
            WHERE tier = ? AND period = to_timestamp(?) AND source = ? AND kind = ?""";
    private static final String RELEASE = """
            WITH held AS MATERIALIZED (
                SELECT tier, period, source, kind FROM rollup_dirty
                WHERE tier = ? AND period < to_timestamp(?) AND held_until > to_timestamp(?)
                ORDER BY period, source, kind FOR UPDATE SKIP LOCKED
            )
            UPDATE rollup_dirty d SET held_until = to_timestamp(?) FROM held
            WHERE d.tier = held.tier AND d.period = held.period AND d.source = held.source AND d.kind = held.kind""";

    private DirtyPeriods() {
    }

    /**
     * @param period by the second at which it starts
     */
    record Key(long period, int source, int kind) implements Comparable<Key> {

        private static final Comparator<Key> ORDER = Comparator.comparingLong(Key::period)
                .thenComparingInt(Key::source).thenComparingInt(Key::kind);

        static Key of(RollUpLevel level, Instant time, int source, int kind) {
            return new Key(level.periodOf(time), source, kind);
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    static void mark(Connection connection, RollUpLevel level, SortedSet<Key> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        PGConnection arrays = connection.unwrap(PGConnection.class);
        try (PreparedStatement statement = connection.prepareStatement(MARK)) {
            statement.setInt(1, level.number());
            statement.setArray(2, arrays.createArrayOf("int8", keys.stream().mapToLong(Key::period).toArray()));
            statement.setArray(3, arrays.createArrayOf("int4", keys.stream().mapToInt(Key::source).toArray()));
            statement.setArray(4, arrays.createArrayOf("int4", keys.stream().mapToInt(Key::kind).toArray()));
            statement.executeUpdate();
        }
    }

    /**
     * Takes the oldest marks that are due and that nobody is working on. They are back if this transaction fails. An hour waits for its marked
     * minutes, or it would be made again after each of them.
     */
    static List<Key> take(Connection connection, RollUpLevel level, Instant now, int most) throws SQLException {
        List<Key> taken = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setInt(1, level.number());
            statement.setLong(2, level.lastDue(now));
            statement.setLong(3, now.getEpochSecond());
            statement.setInt(4, most);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    taken.add(new Key(rows.getLong(1), rows.getInt(2), rows.getInt(3)));
                }
            }
        }
        return taken;
    }

    /** Which periods of a level, in [from, to), are not what the rounds come to: marked themselves, or made from marked ones. Ascending. */
    static long[] stale(Connection connection, RollUpLevel level, int source, int kind, long from, long to)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_SOURCE)) {
            statement.setInt(1, source);
            statement.setInt(2, kind);
            statement.setInt(3, level.number());
            statement.setLong(4, from);
            statement.setLong(5, to);
            List<Long> periods = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    periods.add(level.periodOf(Instant.ofEpochSecond(rows.getLong(1))));
                }
            }
            return periods.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
        }
    }

    /** The oldest marked period from a time on that is due. */
    static OptionalLong nextDue(Connection connection, RollUpLevel level, long from, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NEXT_DUE)) {
            statement.setInt(1, level.number());
            statement.setLong(2, from);
            statement.setLong(3, level.lastDue(now));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long period = row.getLong(1);
                return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(period);
            }
        }
    }

    /** Sets a mark aside until then: its period cannot be summed up. */
    static void hold(Connection connection, RollUpLevel level, Key key, Instant until) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setLong(1, until.getEpochSecond());
            statement.setInt(2, level.number());
            statement.setLong(3, key.period());
            statement.setInt(4, key.source());
            statement.setInt(5, key.kind());
            statement.executeUpdate();
        }
    }

    /**
     * Makes marks of periods before a time due that are set aside for longer. They still count as set aside.
     *
     * @return how many
     */
    static int release(Connection connection, RollUpLevel level, Instant time, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            statement.setInt(1, level.number());
            statement.setLong(2, time.getEpochSecond());
            statement.setLong(3, now.getEpochSecond());
            statement.setLong(4, now.getEpochSecond());
            return statement.executeUpdate();
        }
    }

    /** Whether what is below a level is still needed: marks of the levels below count too, as theirs would mark this one. Not those set aside. */
    static boolean anyBefore(Connection connection, RollUpLevel level, Instant time) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ANY_BEFORE)) {
            statement.setInt(1, level.number());
            statement.setLong(2, time.getEpochSecond());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
