package io.sentinelmesh.db.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.db.metric.MetricHistory;
import io.sentinelmesh.db.metric.MetricHistory.Point;
import io.sentinelmesh.db.metric.MetricQuery;
import io.sentinelmesh.db.metric.MetricSteps;
import io.sentinelmesh.db.metric.MetricType;

/** Reads figures of hosts back, from the coarsest tier that fits. */
final class MetricReader {

    private static final int FETCH_ROWS = 5_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private static final String SERIES = """
            SELECT s.number, s.unit, s.type, s.bounds,
                   ARRAY(SELECT t FROM jsonb_each_text(s.labels) l, unnest(ARRAY[l.key, l.value]) WITH ORDINALITY AS u (t, n) ORDER BY l.key, u.n)
            FROM metric_series s JOIN node n ON n.number = s.agent
            WHERE n.id = ? AND s.name = ? AND s.labels @> ?::jsonb
            ORDER BY s.labels::text, s.number""";

    /**
     * One snapshot of the tiers and of what is not made yet, so that no reading is missed or counted twice while somebody rolls up: hours that lie
     * in the window as a whole, up to the first that must be made; minutes on both sides of them, up to the first that must be made; samples on
     * both sides of those. A tier that the step does not want has an empty stretch.
     */
    private static final String ROWS = """
            WITH wanted AS (SELECT number, agent, transient FROM metric_series WHERE number = ANY (?)),
            due AS (
                SELECT coalesce(min(time) FILTER (WHERE seconds = 60), 'infinity') AS minute,
                       coalesce(date_bin('1 hour', min(time), '2000-01-01 00:00:00+00'), 'infinity') AS hour
                FROM metric_due WHERE agent = (SELECT agent FROM wanted LIMIT 1)),
            stretch AS (
                SELECT ?::timestamptz AS hours, greatest(?::timestamptz, least(?::timestamptz, hour)) AS hours_end,
                       ?::timestamptz AS minutes, greatest(?::timestamptz, least(?::timestamptz, minute)) AS minutes_end
                FROM due)
            SELECT h.series, h.time, h.count, h.sum, h.min, h.max, h.last, h.last_at, h.counts
            FROM stretch b, wanted w JOIN metric_hour h ON h.series = w.number
            WHERE NOT w.transient AND h.time >= ? AND h.time < ? AND h.time < b.hours_end
            UNION ALL
            SELECT m.series, m.time, m.count, m.sum, m.min, m.max, m.last, m.last_at, m.counts
            FROM stretch b, wanted w JOIN metric_minute m ON m.series = w.number
            WHERE NOT w.transient AND m.time >= ? AND m.time < ? AND m.time < b.minutes_end AND m.time < b.hours
            UNION ALL
            SELECT m.series, m.time, m.count, m.sum, m.min, m.max, m.last, m.last_at, m.counts
            FROM stretch b, wanted w JOIN metric_minute m ON m.series = w.number
            WHERE NOT w.transient AND m.time >= ? AND m.time < ? AND m.time < b.minutes_end AND m.time >= b.hours_end
            UNION ALL
            SELECT r.series, r.time, 1, r.value, r.value, r.value, r.value, r.time, r.counts
            FROM stretch b, wanted w JOIN metric_sample r ON r.series = w.number
            WHERE r.time >= ? AND r.time < ? AND r.time < CASE WHEN w.transient THEN 'infinity' ELSE b.minutes END
            UNION ALL
            SELECT r.series, r.time, 1, r.value, r.value, r.value, r.value, r.time, r.counts
            FROM stretch b, wanted w JOIN metric_sample r ON r.series = w.number
            WHERE r.time >= ? AND r.time < ? AND NOT w.transient AND r.time >= b.minutes_end
            ORDER BY 1, 2, 8""";

    private record Series(int number, String unit, MetricType type, List<Double> bounds, Map<String, String> labels) {
    }

    /** From first on, up to its end. */
    private record Stretch(Instant first, Instant end) {

        Stretch nothing() {
            return new Stretch(first, first);
        }

        /** Without the periods that its borders cut, where what they are made of is there still; with them where it is not. */
        Stretch whole(Duration period, Instant belowSince) {
            Instant begin = edge(first, period, !first.isBefore(belowSince));
            Instant last = edge(end, period, end.isBefore(belowSince));
            return begin.isBefore(last) ? new Stretch(begin, last) : nothing();
        }

        private static Instant edge(Instant time, Duration period, boolean up) {
            long seconds = period.toSeconds();
            Instant start = Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
            return start.equals(time) || !up ? start : start.plus(period);
        }
    }

    private MetricReader() {
    }

    /**
     * @param rawSince samples before are not there any more, so that coarser ones must do
     * @param minutesSince the same of minutes
     */
    static Optional<List<MetricHistory>> history(Connection connection, MetricQuery query, Instant rawSince,
            Instant minutesSince) throws SQLException {
        List<Series> series = series(connection, query);
        Map<Integer, MetricSteps> steps = new LinkedHashMap<>();
        series.forEach(each -> steps.put(each.number, new MetricSteps(query.step())));
        if (!series.isEmpty() && !read(connection, query, rawSince, minutesSince, steps)) {
            return Optional.empty();
        }
        List<MetricHistory> histories = new ArrayList<>();
        for (Series each : series) {
            MetricSteps points = steps.getOrDefault(each.number, new MetricSteps(query.step()));
            histories.add(new MetricHistory(query.name(), each.unit, each.type, each.labels, each.bounds,
                    points.finish()));
        }
        return Optional.of(histories);
    }

    private static List<Series> series(Connection connection, MetricQuery query) throws SQLException {
        List<Series> series = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(SERIES)) {
            statement.setObject(1, query.agent().value());
            statement.setString(2, query.name());
            statement.setString(3, LabelsJson.write(query.labels()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Double[] bounds = (Double[]) rows.getArray(4).getArray();
                    String[] labels = (String[]) rows.getArray(5).getArray();
                    series.add(new Series(rows.getInt(1), rows.getString(2), MetricType.ofNumber(rows.getInt(3)),
                            List.of(bounds), LabelsJson.read(labels)));
                }
            }
        }
        return series;
    }

    private static boolean read(Connection connection, MetricQuery query, Instant rawSince, Instant minutesSince,
            Map<Integer, MetricSteps> steps) throws SQLException {
        boolean byHours = fits(query, HOUR) || query.from().isBefore(minutesSince);
        boolean byMinutes = byHours || fits(query, MINUTE) || query.from().isBefore(rawSince);
        Stretch all = new Stretch(query.from(), query.to());
        Stretch hours = byHours ? all.whole(HOUR, minutesSince) : all.nothing();
        Stretch minutes = byMinutes ? all.whole(MINUTE, rawSince) : all.nothing();
        try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
            statement.setFetchSize(FETCH_ROWS);
            statement.setArray(1, connection.createArrayOf("int4", steps.keySet().toArray()));
            int at = 2;
            for (Stretch tier : List.of(hours, minutes)) {
                for (Instant time : List.of(tier.first, tier.first, tier.end)) {
                    statement.setObject(at++, time.atOffset(ZoneOffset.UTC));
                }
            }
            // Said once more as constants, by which partitions need not be looked at.
            for (Stretch read : List.of(hours, minutes, minutes, all, all)) {
                statement.setObject(at++, read.first.atOffset(ZoneOffset.UTC));
                statement.setObject(at++, read.end.atOffset(ZoneOffset.UTC));
            }
            int points = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    MetricSteps ofSeries = steps.get(rows.getInt(1));
                    points += ofSeries != null && ofSeries.add(point(rows)) ? 1 : 0;
                    if (points > query.mostPoints()) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static boolean fits(MetricQuery query, Duration tier) {
        return query.step().toSeconds() % tier.toSeconds() == 0;
    }

    private static Point point(ResultSet rows) throws SQLException {
        Array counts = rows.getArray(9);
        return new Point(rows.getObject(2, OffsetDateTime.class).toInstant(), rows.getLong(3), rows.getDouble(4),
                rows.getDouble(5), rows.getDouble(6), rows.getDouble(7),
                rows.getObject(8, OffsetDateTime.class).toInstant(),
                counts == null ? List.of() : List.of((Long[]) counts.getArray()));
    }
}
