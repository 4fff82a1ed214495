package io.sentinelmesh.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is dropped for its age and what stays, on every flavour of a real database. Each test has a time of its own, long ago. */
public abstract class MaintenanceContract {

    /** Partitions of minutes begin here. */
    private static final Instant WEEK = Instant.ofEpochSecond(
            Math.floorDiv(Instant.now().truncatedTo(ChronoUnit.DAYS).getEpochSecond(), ofDays(7).toSeconds())
                    * ofDays(7).toSeconds());
    private static final Duration ROUND = Duration.ofSeconds(10);

    private final NodeId source = NodeId.random();
    private final NodeId destination = NodeId.random();
    private final UUID boot = UUID.randomUUID();
    private long sequence;

    /** A store whose clock stands still. */
    protected abstract MeasurementStore open(Instant now, Retention retention, int connections);

    protected abstract Connection connect() throws SQLException;

    @Test
    void minutes_stay_while_rounds_below_them_are_not_summed_up() throws SQLException {
        Instant then = WEEK.minus(ofDays(7 * 90)).plus(ofHours(1));
        Retention shortest = new Retention(ofDays(1), ofDays(1), ofDays(730));
        try (MeasurementStore store = open(then, shortest, 8);
                Connection busy = connect();
                Statement lock = busy.createStatement()) {
            round(store, then, 10);
            rollUp(store, then.plus(ofHours(2)));
            round(store, then.plus(ofMinutes(1)), 10);
            busy.setAutoCommit(false);
            lock.executeQuery("SELECT FROM rollup_dirty WHERE source = " + number() + " FOR UPDATE").close();

            store.maintain(then.plus(ofDays(40)));

            assertThat(ask("SELECT count(*) FROM tile_minute WHERE source = " + number())).isEqualTo("1");
            assertThat(ask("SELECT count(*) FROM tile WHERE source = " + number())).isEqualTo("2");
            busy.rollback();
            store.maintain(then.plus(ofDays(40)));
            assertThat(ask("SELECT count(*) FROM tile_minute WHERE source = " + number())).isEqualTo("0");
            assertThat(ask("SELECT count(*) FROM tile WHERE source = " + number())).isEqualTo("0");
            assertThat(store.history(source, destination, ICMP_ECHO, then, then.plus(ofHours(1)), ofHours(1), 10)
                    .points()).extracting(HistoryPoint::sent).containsExactly(20L);
        }
    }

    @Test
    void rounds_that_cannot_be_summed_up_are_dropped_for_their_age_all_the_same() throws SQLException {
        Instant then = WEEK.minus(ofDays(7 * 100)).plus(ofHours(1));
        try (MeasurementStore store = open(then, Retention.DEFAULT, 8)) {
            round(store, then, 10);
            run("UPDATE tile SET cells = '\\x63' WHERE source = " + number());
            rollUp(store, then.plus(ofHours(2)));
            assertThat(store.tiers().setAside()).isEqualTo(1);

            store.maintain(then.plus(ofDays(9)));

            assertThat(ask("SELECT count(*) FROM tile WHERE source = " + number())).isEqualTo("0");
            store.maintain(then.plus(ofDays(9)).plus(ofHours(2)));
            assertThat(ask("SELECT count(*) FROM rollup_dirty WHERE source = " + number())).isEqualTo("0");
        }
    }

    @Test
    void what_was_set_aside_is_tried_once_more_before_it_loses_its_rounds_or_readings() throws SQLException {
        Instant then = WEEK.minus(ofDays(7 * 105)).plus(ofHours(1));
        Instant late = then.plus(ofDays(9));
        try (MeasurementStore store = open(then, Retention.DEFAULT, 8)) {
            round(store, then, 10);
            reading(store, then);
            run("CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'");
            for (String table : List.of("tile_minute", "metric_minute")) {
                run("CREATE TRIGGER refused BEFORE INSERT ON " + table + " FOR EACH ROW EXECUTE FUNCTION refused()");
            }
            rollUp(store, late);
            store.metrics().rollUp(late);
            run("DROP FUNCTION refused() CASCADE");
            assertThat(store.tiers().setAside()).isEqualTo(1);
            assertThat(store.metrics().setAside()).isEqualTo(1);

            store.maintain(late.plus(ofMinutes(1)));

            assertThat(ask("SELECT count(*) FROM tile_minute WHERE source = " + number())).isEqualTo("1");
            assertThat(ask("SELECT count(*) FROM tile WHERE source = " + number())).isEqualTo("0");
            assertThat(rows("metric_minute")).isEqualTo("1");
            assertThat(rows("metric_sample")).isEqualTo("0");
        }
    }

    @Test
    void readings_stay_until_their_minutes_are_made_and_minutes_until_their_hours() throws SQLException {
        Instant then = WEEK.minus(ofDays(7 * 110)).plus(ofHours(1));
        try (MeasurementStore store = open(then, Retention.DEFAULT, 8)) {
            reading(store, then);

            store.maintain(then.plus(ofDays(12)));
            assertThat(rows("metric_sample")).isEqualTo("1");

            store.metrics().rollUp(then.plus(ofDays(12)));
            store.maintain(then.plus(ofDays(12)));
            assertThat(rows("metric_sample")).isEqualTo("0");
            assertThat(rows("metric_minute")).isEqualTo("1");

            run("INSERT INTO metric_due (seconds, agent, time) VALUES (3600, " + number() + ", '" + then + "')");
            store.maintain(then.plus(ofDays(45)));
            assertThat(rows("metric_minute")).isEqualTo("1");

            store.metrics().rollUp(then.plus(ofDays(45)));
            store.maintain(then.plus(ofDays(45)));
            assertThat(rows("metric_minute")).isEqualTo("0");
            assertThat(rows("metric_hour")).isEqualTo("1");
        }
    }

    @Test
    void what_fails_at_maintenance_keeps_nothing_else_from_its_turn() throws SQLException {
        Instant then = WEEK.minus(ofDays(7 * 120)).plus(ofHours(1));
        try (MeasurementStore store = open(then, Retention.DEFAULT, 8)) {
            round(store, then, 10);
            reading(store, then);
            store.metrics().rollUp(then.plus(ofHours(2)));
            run("ALTER TABLE tile_minute RENAME TO tile_minute_away");
            try {
                assertThatThrownBy(() -> store.maintain(then.plus(ofDays(12)))).isInstanceOf(StoreException.class)
                        .hasMessageContaining("tile_minute");
            } finally {
                run("ALTER TABLE tile_minute_away RENAME TO tile_minute");
            }

            assertThat(rows("metric_sample")).isEqualTo("0");
            assertThat(store.lastSequence(source, boot)).as("its boot is forgotten").isZero();
            assertThat(ask("SELECT count(*) FROM tile WHERE source = " + number())).as("not summed up").isEqualTo("1");
            // The parts that failed have their turn the next time.
            store.maintain(then.plus(ofDays(12)));
            assertThat(ask("SELECT count(*) FROM tile WHERE source = " + number())).isEqualTo("0");
        }
    }

    @Test
    void summing_up_needs_one_connection_only() throws Exception {
        Instant then = WEEK.minus(ofDays(7 * 130)).plus(ofHours(1));
        try (MeasurementStore store = open(then, Retention.DEFAULT, 2);
                ExecutorService thread = Executors.newSingleThreadExecutor();
                Connection busy = connect();
                Statement other = busy.createStatement()) {
            // The week before has no partition of minutes yet.
            round(store, then.minus(ofHours(2)), 10);
            busy.setAutoCommit(false);
            Instant minute = then.minus(ofHours(3));
            other.executeUpdate("INSERT INTO rollup_dirty VALUES (1, '" + minute + "', " + number() + ", 1)");
            Future<?> waits = thread.submit(() -> round(store, minute, 10));
            while (ask("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("0")) {
                assertThat(waits.isDone()).isFalse();
            }

            assertThat(store.tiers().rollUp(then)).isFalse();

            busy.rollback();
            waits.get();
            assertThat(ask("SELECT count(*) FROM tile_minute WHERE source = " + number())).isEqualTo("1");
        }
    }

    @Test
    void the_databases_own_level_of_isolation_does_not_matter() throws SQLException {
        Instant then = WEEK.minus(ofDays(7 * 140)).plus(ofHours(1));
        setDefault("= 'repeatable read'");
        run("CREATE FUNCTION isolated() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF"
                + " current_setting(''transaction_isolation'') <> ''read committed'' THEN RAISE ''it is %'',"
                + " current_setting(''transaction_isolation''); END IF; RETURN NEW; END'");
        run("CREATE TRIGGER isolated BEFORE INSERT ON tile FOR EACH ROW EXECUTE FUNCTION isolated()");
        try (MeasurementStore store = open(then, Retention.DEFAULT, 8)) {
            round(store, then, 10);
        } finally {
            setDefault("TO DEFAULT");
            run("DROP TRIGGER isolated ON tile");
            run("DROP FUNCTION isolated()");
        }
    }

    private void setDefault(String value) throws SQLException {
        run("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation "
                + value.replace("'", "''") + "', current_database()); END $$");
    }

    private void round(MeasurementStore store, Instant start, int sent) {
        store.append(List.of(new ReceivedBatch(source, boot, ++sequence, List.of(), List.of(
                new MatrixRow(source, ICMP_ECHO, start, ROUND, List.of(PairResult.of(destination, sent, 100)))))));
    }

    private void reading(MeasurementStore store, Instant at) {
        store.append(List.of(new ReceivedBatch(source, boot, ++sequence, List.of(), List.of(),
                List.of(new HostMetric("host_load", "", Map.of(), at, new MetricValue.Gauge(1))))));
    }

    private static void rollUp(MeasurementStore store, Instant now) {
        while (store.tiers().rollUp(now)) {
            // As long as there is more.
        }
    }

    private String rows(String table) throws SQLException {
        return ask("SELECT count(*) FROM " + table + " m JOIN metric_series s ON s.number = m.series WHERE s.agent = "
                + number());
    }

    private String number() throws SQLException {
        return ask("SELECT number FROM node WHERE id = '" + source + "'");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).as("a row for: %s", sql).isTrue();
            return row.getString(1);
        }
    }
}
