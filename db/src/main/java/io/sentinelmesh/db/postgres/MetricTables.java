package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.MetricStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.StoreFlavour;
import io.sentinelmesh.db.metric.MetricHistory;
import io.sentinelmesh.db.metric.MetricQuery;
import io.sentinelmesh.measurement.HostMetric;

/** The tables of figures of hosts. Thread-safe. */
final class MetricTables implements MetricStore {

    /** Between what is accepted and what is dropped. */
    private static final Duration MARGIN = Duration.ofHours(1);
    private static final int FORGET_DAYS_LATER = 2;

    private static final Logger LOG = LoggerFactory.getLogger(MetricTables.class);
    private static final String FORGET_SERIES = "DELETE FROM metric_series WHERE transient = ? AND seen_on < ?";

    private final Transactions transactions;
    private final MetricRetention retention;
    private final Clock clock;
    private final Partitions samples;
    private final Partitions minutes;
    private final Partitions hours;
    private final MetricSeries series = new MetricSeries();
    private final MetricRollup rollup;
    private final AtomicLong leftOut = new AtomicLong();

    MetricTables(Transactions transactions, StoreFlavour flavour, MetricRetention retention, Clock clock) {
        this.transactions = transactions;
        this.retention = retention;
        this.clock = clock;
        this.samples = Partitions.of(Cut.METRIC_SAMPLES, flavour, transactions);
        this.minutes = Partitions.of(Cut.METRIC_MINUTES, flavour, transactions);
        this.hours = Partitions.of(Cut.METRIC_HOURS, flavour, transactions);
        this.rollup = new MetricRollup(transactions, minutes, hours);
    }

    /** Before the transaction that stores these. */
    void require(List<ReceivedBatch> batches, StorableRounds storable) {
        Set<Instant> times = batches.stream().flatMap(batch -> batch.metrics().stream()).map(HostMetric::at)
                .filter(storable::admits).collect(Collectors.toSet());
        samples.require(times);
    }

    void makeAhead(Collection<Instant> days) {
        samples.require(days);
        minutes.require(days);
        hours.require(days);
    }

    MetricAppend begin(StorableRounds storable, Instant now) {
        return new MetricAppend(series.begin(LocalDate.ofInstant(now, ZoneOffset.UTC)), storable);
    }

    void committed(MetricAppend append) {
        append.committed();
        leftOut.addAndGet(append.leftOut());
    }

    @Override
    public Optional<List<MetricHistory>> history(MetricQuery query) {
        Instant now = clock.instant();
        // A transaction, because the driver reads in portions only inside one.
        return transactions.run("read metrics of agent " + query.agent(), connection -> MetricReader
                .history(connection, query, now.minus(retention.samples()), now.minus(retention.minutes())));
    }

    @Override
    public int rollUp(Instant now) {
        return rollup.run(now);
    }

    @Override
    public long setAside() {
        return rollup.setAside();
    }

    @Override
    public long leftOut() {
        return leftOut.get();
    }

    void maintain(Instant now, Chores chores) {
        Instant oldestSamples = now.minus(retention.samples()).minus(MARGIN);
        Instant oldestMinutes = now.minus(retention.minutes()).minus(MARGIN);
        chores.run(() -> tryAgain(now, oldestSamples, oldestMinutes));
        chores.run(() -> drop(samples, Duration.ofMinutes(1), oldestSamples));
        chores.run(() -> drop(minutes, Duration.ofHours(1), oldestMinutes));
        chores.run(() -> hours.dropBefore(now.minus(retention.hours()).minus(MARGIN)));
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(FORGET_DAYS_LATER);
        chores.run(() -> transactions.run("forget old series of metrics", connection -> {
            forget(connection, true, today.minusDays(retention.samples().toDays()));
            forget(connection, false, today.minusDays(retention.hours().toDays()));
            return true;
        }));
    }

    /** For the last time what was set aside and is about to lose what it is made from. */
    private void tryAgain(Instant now, Instant oldestSamples, Instant oldestMinutes) {
        int held = transactions.run("look what is to be tried for the last time of metrics",
                connection -> MetricNotes.release(connection, Duration.ofMinutes(1), oldestSamples, now)
                        + MetricNotes.release(connection, Duration.ofHours(1), oldestMinutes, now));
        if (held > 0) {
            rollUp(now);
        }
    }

    /** Not before everything above is made of it. */
    private void drop(Partitions table, Duration above, Instant oldest) {
        if (transactions.withConnection("look what is not made yet of metrics",
                connection -> MetricNotes.anyBefore(connection, above, oldest))) {
            LOG.warn(
                    "Old figures of hosts are kept until their periods of {} s are made; next try at the next maintenance",
                    above.toSeconds());
        } else {
            table.dropBefore(oldest);
        }
    }

    private static void forget(Connection connection, boolean passing, LocalDate before) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET_SERIES)) {
            statement.setBoolean(1, passing);
            statement.setObject(2, before);
            statement.executeUpdate();
        }
    }
}
