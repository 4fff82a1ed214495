package io.sentinelmesh.db.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import io.sentinelmesh.db.MetricStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.metric.MetricType;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue;

/** Table metric_series: every series' number. A number never changes, so what was committed is remembered. Thread-safe. */
final class MetricSeries {

    /** About 100 bytes each. */
    private static final int MOST_REMEMBERED = 300_000;

    /** A figure with such a label is about something that is soon gone: its series are many and short. */
    static final Set<String> TRANSIENT_LABELS = Set.of("pid");

    private static final String FIND = """
            SELECT s.agent, s.identity, s.number, s.seen_on
            FROM metric_series s JOIN unnest(?::int[], ?::uuid[]) AS k (agent, identity) ON s.agent = k.agent AND s.identity = k.identity""";
    private static final String COUNT = "SELECT agent, transient, count(*) FROM metric_series WHERE agent = ANY (?) GROUP BY agent, transient";
    private static final String INSERT = """
            INSERT INTO metric_series (agent, identity, name, unit, type, labels, bounds, transient, seen_on)
            VALUES (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
            ON CONFLICT (agent, identity) DO NOTHING""";
    private static final String SEEN = "UPDATE metric_series SET seen_on = ? WHERE number = ANY (?)";

    private record Known(int number, LocalDate seenOn) {
    }

    /** An agent's series of one class: processes must not keep a new disk out. */
    private record Share(int agent, boolean passing) {
        int most() {
            return passing ? MetricStore.MOST_PASSING_SERIES_OF_AGENT : MetricStore.MOST_SERIES_OF_AGENT;
        }
    }

    private final Map<SeriesKey, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SeriesKey, Known> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    InTransaction begin(LocalDate today) {
        return new InTransaction(today);
    }

    static boolean isTransient(HostMetric metric) {
        return metric.labels().keySet().stream().anyMatch(TRANSIENT_LABELS::contains);
    }

    private synchronized Optional<Known> remembered(SeriesKey key) {
        return Optional.ofNullable(known.get(key));
    }

    private synchronized void remember(Map<SeriesKey, Known> found) {
        known.putAll(found);
    }

    /** Numbers found or given by one transaction; remembered for others only after it has committed. */
    final class InTransaction {

        private final LocalDate today;
        private final Map<SeriesKey, Known> found = new HashMap<>();

        private InTransaction(LocalDate today) {
            this.today = today;
        }

        /** Empty: its agent has too many series. */
        Optional<Integer> number(SeriesKey key) {
            return Optional.ofNullable(found.get(key)).or(() -> remembered(key)).map(Known::number);
        }

        void enter(Connection connection, Map<SeriesKey, HostMetric> wanted) throws SQLException {
            Map<SeriesKey, HostMetric> unknown = new TreeMap<>(SeriesKey.ORDER);
            wanted.forEach((key, metric) -> {
                if (remembered(key).filter(series -> !series.seenOn.isBefore(today)).isEmpty()) {
                    unknown.put(key, metric);
                }
            });
            if (unknown.isEmpty()) {
                return;
            }
            find(connection, unknown.keySet());
            unknown.keySet().removeAll(found.keySet());
            if (!unknown.isEmpty()) {
                insert(connection, unknown);
                find(connection, unknown.keySet());
            }
            sayThatTheyAreSeen(connection);
        }

        private void find(Connection connection, Collection<SeriesKey> keys) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setArray(1, connection.createArrayOf("int4", keys.stream().map(SeriesKey::agent).toArray()));
                statement.setArray(2,
                        connection.createArrayOf("uuid", keys.stream().map(SeriesKey::identity).toArray()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.put(new SeriesKey(rows.getInt(1), rows.getObject(2, UUID.class)),
                                new Known(rows.getInt(3), rows.getObject(4, LocalDate.class)));
                    }
                }
            }
        }

        private void insert(Connection connection, Map<SeriesKey, HostMetric> missing) throws SQLException {
            Map<Share, Integer> room = room(connection, missing.keySet());
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                for (Map.Entry<SeriesKey, HostMetric> entry : missing.entrySet()) {
                    Share share = new Share(entry.getKey().agent(), isTransient(entry.getValue()));
                    if (room.merge(share, -1, Integer::sum) >= 0) {
                        set(connection, statement, entry.getKey(), entry.getValue());
                        statement.addBatch();
                    }
                }
                statement.executeBatch();
            }
        }

        private void set(Connection connection, PreparedStatement statement, SeriesKey key, HostMetric metric)
                throws SQLException {
            statement.setInt(1, key.agent());
            statement.setObject(2, key.identity());
            statement.setString(3, metric.name());
            statement.setString(4, metric.unit());
            statement.setInt(5, MetricType.of(metric.value()).number());
            statement.setString(6, LabelsJson.write(metric.labels()));
            List<Double> bounds = metric.value() instanceof MetricValue.Histogram histogram
                    ? histogram.bounds()
                    : List.of();
            Array array = connection.createArrayOf("float8", bounds.toArray());
            statement.setArray(7, array);
            statement.setBoolean(8, isTransient(metric));
            statement.setObject(9, today);
        }

        private static Map<Share, Integer> room(Connection connection, Collection<SeriesKey> keys)
                throws SQLException {
            Map<Share, Integer> room = new HashMap<>();
            Set<Integer> agents = keys.stream().map(SeriesKey::agent).collect(Collectors.toSet());
            for (int agent : agents) {
                for (boolean passing : new boolean[]{false, true}) {
                    Share share = new Share(agent, passing);
                    room.put(share, share.most());
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
                statement.setArray(1, connection.createArrayOf("int4", agents.toArray()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        room.merge(new Share(rows.getInt(1), rows.getBoolean(2)), -rows.getInt(3), Integer::sum);
                    }
                }
            }
            return room;
        }

        /** Once a day each: by that they are forgotten when they are not seen any more. */
        private void sayThatTheyAreSeen(Connection connection) throws SQLException {
            List<Integer> stale = found.values().stream().filter(series -> series.seenOn.isBefore(today))
                    .map(Known::number).sorted().toList();
            if (stale.isEmpty()) {
                return;
            }
            try (PreparedStatement statement = connection.prepareStatement(SEEN)) {
                statement.setObject(1, today);
                statement.setArray(2, connection.createArrayOf("int4", stale.toArray()));
                if (statement.executeUpdate() != stale.size()) {
                    throw new StoreException(
                            "a series of metrics was forgotten at the moment it came again; try again");
                }
            }
            found.replaceAll((_, series) -> new Known(series.number, today));
        }

        void committed() {
            remember(found);
        }
    }
}
