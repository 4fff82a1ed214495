package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.path.PairPath;
import io.sentinelmesh.db.path.PathEvents;
import io.sentinelmesh.db.path.PathJudge;
import io.sentinelmesh.db.path.PathJudge.Verdict;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;

/** The part of one transaction that stores which ways packets took, and notes in the timeline where they changed. */
final class PathAppend {

    private static final String NEWEST = """
            SELECT k.source, k.destination,""" + " " + PathRow.COLUMNS + """

            FROM unnest(?::int[], ?::int[]) AS k (source, destination)
            CROSS JOIN LATERAL (
                SELECT * FROM pair_path l WHERE l.source = k.source AND l.destination = k.destination
                ORDER BY l.since DESC LIMIT ?) AS p
            JOIN path w ON w.hash = p.path
            ORDER BY 1, 2, p.since DESC""";
    private static final String ENTER = """
            INSERT INTO path (hash, hops, reached, used_on) VALUES (?, ?::text[]::inet[], ?, ?)
            ON CONFLICT (hash) DO UPDATE SET used_on = excluded.used_on""";
    private static final String STORE = """
            INSERT INTO pair_path (source, destination, since, last_seen, path, target, flow, outcome, restless, labels)
            VALUES (?, ?, ?, ?, ?, ?::inet, ?, ?, ?, ?::jsonb)
            ON CONFLICT (source, destination, since) DO UPDATE
            SET last_seen = excluded.last_seen, path = excluded.path, target = excluded.target, flow = excluded.flow,
                outcome = excluded.outcome, restless = excluded.restless, labels = excluded.labels""";

    private record Pair(int source, int destination) {
        static final Comparator<Pair> ORDER = Comparator.comparingInt(Pair::source).thenComparingInt(Pair::destination);
    }

    private record Traced(Pair pair, NodeId source, PathTrace trace) {
    }

    private record Line(Pair pair, Instant since) {
        static final Comparator<Line> ORDER = Comparator.comparing(Line::pair, Pair.ORDER)
                .thenComparing(Line::since);
    }

    private final StorableRounds storable;
    private final List<Traced> traces = new ArrayList<>();
    private final SortedMap<Line, PairPath> changed = new TreeMap<>(Line.ORDER);
    private final List<Event> events = new ArrayList<>();
    private long leftOut;

    PathAppend(StorableRounds storable) {
        this.storable = storable;
    }

    void add(Nodes.InTransaction nodes, NodeId source, List<PathTrace> more) {
        for (PathTrace trace : more) {
            if (storable.admits(trace.at())) {
                traces.add(new Traced(new Pair(nodes.number(source), nodes.number(trace.destination())), source,
                        trace));
            } else {
                leftOut++;
            }
        }
    }

    void run(Connection connection, Instant now) throws SQLException {
        if (traces.isEmpty()) {
            return;
        }
        Map<Pair, List<PairPath>> newest = newest(connection);
        for (Traced traced : traces) {
            List<PairPath> known = newest.getOrDefault(traced.pair, List.of());
            Verdict verdict = PathJudge.judge(known, traced.trace);
            newest.put(traced.pair, PathJudge.after(known, verdict));
            switch (verdict) {
                case Verdict.First(PairPath path) -> changed.put(new Line(traced.pair, path.since()), path);
                case Verdict.Same(PairPath path) -> changed.put(new Line(traced.pair, path.since()), path);
                case Verdict.Changed change -> {
                    changed.put(new Line(traced.pair, change.path().since()), change.path());
                    events.add(PathEvents.of(traced.source, traced.trace.destination(), change, now));
                }
                case Verdict.NothingNew _ -> {
                    // It costs nothing, which is most of the time.
                }
                case Verdict.TooLate _ -> leftOut++;
            }
        }
        enter(connection, LocalDate.ofInstant(now, ZoneOffset.UTC));
        store(connection);
        EventTable.add(connection, events);
    }

    private Map<Pair, List<PairPath>> newest(Connection connection) throws SQLException {
        List<Pair> pairs = traces.stream().map(Traced::pair).distinct().sorted(Pair.ORDER).toList();
        Map<Pair, List<PairPath>> newest = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(NEWEST)) {
            statement.setArray(1, connection.createArrayOf("int4", pairs.stream().map(Pair::source).toArray()));
            statement.setArray(2, connection.createArrayOf("int4", pairs.stream().map(Pair::destination).toArray()));
            statement.setInt(3, PathJudge.MOST_CHANGES);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    newest.computeIfAbsent(new Pair(rows.getInt(1), rows.getInt(2)), _ -> new ArrayList<>())
                            .add(PathRow.read(rows, 3));
                }
            }
        }
        return newest;
    }

    /** In the order of their hashes, so that two transactions with the same paths wait for one another instead of deadlocking. */
    private void enter(Connection connection, LocalDate today) throws SQLException {
        SortedMap<Long, Path> paths = new TreeMap<>();
        changed.values().forEach(path -> paths.put(PathRow.number(path.path()), path.path()));
        try (PreparedStatement statement = connection.prepareStatement(ENTER)) {
            for (Map.Entry<Long, Path> path : paths.entrySet()) {
                statement.setLong(1, path.getKey());
                statement.setArray(2, connection.createArrayOf("text", PathRow.hops(path.getValue())));
                statement.setBoolean(3, path.getValue().reached());
                statement.setObject(4, today);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void store(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STORE)) {
            for (Map.Entry<Line, PairPath> entry : changed.entrySet()) {
                PairPath path = entry.getValue();
                statement.setInt(1, entry.getKey().pair.source);
                statement.setInt(2, entry.getKey().pair.destination);
                statement.setObject(3, path.since().atOffset(ZoneOffset.UTC));
                statement.setObject(4, path.lastSeen().atOffset(ZoneOffset.UTC));
                statement.setLong(5, PathRow.number(path.path()));
                statement.setString(6, PathRow.text(path.target()));
                statement.setInt(7, path.flow());
                statement.setInt(8, path.outcome().number());
                statement.setInt(9, path.restless());
                statement.setString(10, PathRow.labelsJson(path.labels()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    long leftOut() {
        return leftOut;
    }
}
