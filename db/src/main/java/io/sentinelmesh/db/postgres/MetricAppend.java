package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import io.sentinelmesh.db.MetricStore;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue;

/** The part of one transaction that stores figures of hosts. */
final class MetricAppend {

    private static final String COPY = "COPY metric_sample (time, value, series, counts) FROM STDIN (FORMAT binary)";
    private static final String DUE = "INSERT INTO metric_due (seconds, agent, time) VALUES (60, ?, ?)";
    private static final int FIELDS = 4;

    /** One reading of one figure. */
    private record Reading(SeriesKey key, HostMetric metric) {
    }

    private record Minute(int agent, Instant start) {
        static final Comparator<Minute> ORDER = Comparator.comparingInt(Minute::agent).thenComparing(Minute::start);
    }

    private final MetricSeries.InTransaction series;
    private final StorableRounds storable;
    private final List<Reading> readings = new ArrayList<>();
    private long leftOut;

    MetricAppend(MetricSeries.InTransaction series, StorableRounds storable) {
        this.series = series;
        this.storable = storable;
    }

    /** @param agent its node's number */
    void add(int agent, List<HostMetric> metrics) {
        for (HostMetric metric : metrics) {
            if (storable.admits(metric.at()) && canBeAddedUp(metric)) {
                readings.add(new Reading(SeriesKey.of(agent, metric), metric));
            } else {
                leftOut++;
            }
        }
    }

    private static boolean canBeAddedUp(HostMetric metric) {
        return Math.abs(figure(metric)) <= MetricStore.LARGEST_FIGURE;
    }

    private static double figure(HostMetric metric) {
        return switch (metric.value()) {
            case MetricValue.Gauge(double value) -> value;
            case MetricValue.Counter(double value) -> value;
            case MetricValue.Histogram histogram -> histogram.sum();
        };
    }

    void run(Connection connection) throws SQLException {
        if (readings.isEmpty()) {
            return;
        }
        Map<SeriesKey, HostMetric> wanted = new HashMap<>();
        readings.forEach(reading -> wanted.put(reading.key, reading.metric));
        series.enter(connection, wanted);
        copy(connection);
    }

    private void copy(Connection connection) throws SQLException {
        Set<Minute> due = new TreeSet<>(Minute.ORDER);
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            BinaryCopy encoder = BinaryCopy.into(copy);
            for (Reading reading : readings) {
                Optional<Integer> number = series.number(reading.key);
                if (number.isEmpty()) {
                    leftOut++;
                    continue;
                }
                write(encoder, number.get(), reading.metric);
                if (!MetricSeries.isTransient(reading.metric)) {
                    due.add(new Minute(reading.key.agent(), reading.metric.at().truncatedTo(ChronoUnit.MINUTES)));
                }
            }
            encoder.end();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
        markDue(connection, due);
    }

    private static void write(BinaryCopy encoder, int number, HostMetric metric) throws SQLException {
        encoder.beginRow(FIELDS);
        encoder.timestamp(metric.at());
        encoder.float8(figure(metric));
        encoder.int4(number);
        if (metric.value() instanceof MetricValue.Histogram histogram) {
            encoder.int8Array(histogram.counts());
        } else {
            encoder.nullField();
        }
    }

    private static void markDue(Connection connection, Set<Minute> minutes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DUE)) {
            for (Minute minute : minutes) {
                statement.setInt(1, minute.agent);
                statement.setObject(2, minute.start.atOffset(ZoneOffset.UTC));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    long leftOut() {
        return leftOut;
    }

    /** What this transaction learnt is true for all from now on. */
    void committed() {
        series.committed();
    }
}
