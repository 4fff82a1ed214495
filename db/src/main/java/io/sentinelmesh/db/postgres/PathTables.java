package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.sentinelmesh.db.PathStore;
import io.sentinelmesh.db.path.PairPath;
import io.sentinelmesh.db.path.PathQuery;
import io.sentinelmesh.measurement.NodeId;

/** Tables path and pair_path. Thread-safe. */
final class PathTables implements PathStore {

    private static final String OF_PAIR = """

            FROM pair_path p JOIN path w ON w.hash = p.path
            WHERE p.source = (SELECT number FROM node WHERE id = ?) AND p.destination = (SELECT number FROM node WHERE id = ?)""";
    private static final String PAGE = "SELECT " + PathRow.COLUMNS + OF_PAIR + """
             AND p.since < ? AND p.since >= coalesce((
                SELECT max(l.since) FROM pair_path l
                WHERE l.source = p.source AND l.destination = p.destination AND l.since <= ?), '-infinity')
            ORDER BY p.since DESC LIMIT ?""";
    private static final String NEWEST = "SELECT " + PathRow.COLUMNS + OF_PAIR + " ORDER BY p.since DESC LIMIT 1";

    /** A piece at a time, so that it never takes long. */
    private static final String FORGET = """
            DELETE FROM pair_path WHERE ctid = ANY (ARRAY(SELECT ctid FROM pair_path WHERE last_seen < ? LIMIT 50000))""";
    private static final String FORGET_SURPLUS = """
            DELETE FROM pair_path WHERE ctid = ANY (ARRAY(
                SELECT p.ctid FROM pair_path p
                WHERE p.since <= (SELECT since FROM pair_path ORDER BY since DESC OFFSET ? LIMIT 1) AND EXISTS (
                    SELECT FROM pair_path n WHERE n.source = p.source AND n.destination = p.destination AND n.since > p.since)
                LIMIT 50000))""";
    /** One that is entered again meanwhile has another day then, and stays. */
    private static final String FORGET_UNUSED = """
            DELETE FROM path w WHERE w.used_on < ? AND NOT EXISTS (SELECT FROM pair_path p WHERE p.path = w.hash)""";
    private static final int FORGET_DAYS_LATER = 2;

    private final Transactions transactions;
    private final int mostPaths;
    private final AtomicLong leftOut = new AtomicLong();

    PathTables(Transactions transactions, int mostPaths) {
        this.transactions = transactions;
        this.mostPaths = mostPaths;
    }

    void committed(PathAppend append) {
        leftOut.addAndGet(append.leftOut());
    }

    @Override
    public List<PairPath> page(PathQuery query) {
        return transactions.withConnection("read the paths from " + query.source() + " to " + query.destination(),
                connection -> read(connection, PAGE, query.source().value(), query.destination().value(),
                        query.to().atOffset(ZoneOffset.UTC), query.from().atOffset(ZoneOffset.UTC), query.limit()));
    }

    @Override
    public List<PairPath> newest(NodeId source, NodeId destination) {
        return transactions.withConnection("read the path from " + source + " to " + destination,
                connection -> read(connection, NEWEST, source.value(), destination.value()));
    }

    private static List<PairPath> read(Connection connection, String sql, Object... values) throws SQLException {
        List<PairPath> paths = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    paths.add(PathRow.read(rows, 1));
                }
            }
        }
        return paths;
    }

    @Override
    public long leftOut() {
        return leftOut.get();
    }

    void maintain(Instant now) {
        transactions.run("forget old paths", connection -> {
            run(connection, FORGET, now.minus(KEPT).atOffset(ZoneOffset.UTC));
            run(connection, FORGET_SURPLUS, mostPaths);
            run(connection, FORGET_UNUSED, LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(FORGET_DAYS_LATER));
            return true;
        });
    }

    private static void run(Connection connection, String sql, Object value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, value);
            statement.executeUpdate();
        }
    }
}
