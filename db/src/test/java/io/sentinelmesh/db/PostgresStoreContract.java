package io.sentinelmesh.db;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.MeasurementStore.StoredCounts;
import io.sentinelmesh.db.postgres.PostgresStore;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RefusalCount;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.measurement.RoundTripDelays;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the store does on every flavour of a real database, beyond what every store does. */
public abstract class PostgresStoreContract extends MeasurementStoreContract {

    private PostgresStore store;

    protected abstract DatabaseAddress address();

    protected abstract StoreFlavour expectedFlavour();

    @BeforeEach
    void open() {
        store = open(Clock.systemUTC(), StoreConfig.DEFAULT_RETENTION);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected MeasurementStore store() {
        return store;
    }

    private PostgresStore open(Clock clock, Duration retention) {
        return open(clock, StoreConfig.server(address()).withRetention(retention));
    }

    private PostgresStore open(Clock clock, StoreConfig config) {
        return PostgresStore.open(address(), config, clock, () -> {
        });
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    @Nested
    class Summaries extends TierContract {
        @Override
        protected MeasurementStore store() {
            return PostgresStoreContract.this.store();
        }

        @Override
        protected MeasurementStore another(Clock clock) {
            return PostgresStoreContract.this.open(clock, StoreConfig.DEFAULT_RETENTION);
        }

        @Override
        protected Connection connect() throws SQLException {
            return PostgresStoreContract.this.connect();
        }
    }

    @Nested
    class MetricTables extends MetricTablesContract {
        @Override
        protected MeasurementStore store() {
            return store;
        }

        @Override
        protected MeasurementStore storeAt(Instant now) {
            return open(at(now), StoreConfig.DEFAULT_RETENTION);
        }

        @Override
        protected Connection connect() throws SQLException {
            return PostgresStoreContract.this.connect();
        }
    }

    @Nested
    class PathTables extends PathTablesContract {
        @Override
        protected MeasurementStore storeAt(Instant now) {
            return open(at(now), StoreConfig.DEFAULT_RETENTION);
        }

        @Override
        protected Connection connect() throws SQLException {
            return PostgresStoreContract.this.connect();
        }
    }

    @Nested
    class Upkeep extends MaintenanceContract {
        @Override
        protected MeasurementStore open(Instant now, Retention retention, int connections) {
            return PostgresStoreContract.this.open(at(now),
                    new StoreConfig(new StoreConfig.Target.Server(address()), retention, connections));
        }

        @Override
        protected Connection connect() throws SQLException {
            return PostgresStoreContract.this.connect();
        }
    }

    @Nested
    class Earlier extends EarlierVersionContract {
        @Override
        protected DatabaseAddress address() {
            return PostgresStoreContract.this.address();
        }

        @Override
        protected StoreFlavour flavour() {
            return expectedFlavour();
        }
    }

    @Nested
    class Every extends EveryVersionContract {
        @Override
        protected DatabaseAddress address() {
            return PostgresStoreContract.this.address();
        }

        @Override
        protected StoreFlavour flavour() {
            return expectedFlavour();
        }
    }

    @Test
    void the_flavour_is_that_of_the_server() {
        assertThat(store().flavour()).isEqualTo(expectedFlavour());
    }

    @Test
    void a_second_start_changes_nothing() throws SQLException {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 100)))));
        String migrations = "SELECT string_agg(version || checksum || installed_on, ',') FROM flyway_schema_history";
        String before = ask(migrations);

        try (MeasurementStore second = open(Clock.systemUTC(), StoreConfig.DEFAULT_RETENTION)) {
            assertThat(ask(migrations)).isEqualTo(before);
            assertThat(second.history(source, destination, ICMP_ECHO, NOON, NOON.plus(ROUND), ROUND, 10).points())
                    .hasSize(1);
        }
    }

    @Test
    void two_stores_on_one_database_store_each_batch_once_and_agree_on_cells() throws Exception {
        List<NodeId> many = LongStream.range(0, 100).mapToObj(n -> NodeId.random()).toList();
        List<ReceivedBatch> batches = LongStream.rangeClosed(1, 25).mapToObj(n -> {
            List<PairResult> results = new ArrayList<>();
            // New destinations all the time, so that both stores extend the same layout.
            for (int i = 0; i < 4 * n; i++) {
                results.add(PairResult.of(many.get(i), 1, 1_000 + i));
            }
            return batch(n, row(NOON.plus(ROUND.multipliedBy(n)), results.toArray(PairResult[]::new)));
        }).toList();

        long stored = 0;
        try (MeasurementStore second = open(Clock.systemUTC(), StoreConfig.DEFAULT_RETENTION);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Long>> senders = new ArrayList<>();
            for (MeasurementStore each : List.of(store(), second)) {
                senders.add(() -> batches.stream().mapToLong(batch -> each.append(List.of(batch)).results()).sum());
            }
            for (Future<Long> sender : threads.invokeAll(senders)) {
                stored += sender.get();
            }
        }

        assertThat(stored).isEqualTo(4 * 25 * 26 / 2);
        for (int i = 0; i < many.size(); i++) {
            int delay = 1_000 + i;
            assertThat(history(many.get(i), ICMP_ECHO)).as("destination %d", i).hasSize(25 - i / 4)
                    .allMatch(point -> point.delays().orElseThrow().median() == kept(delay));
        }
    }

    @Test
    void one_bad_batch_and_nothing_of_its_append_is_stored() throws SQLException {
        ReceivedBatch good = batch(1, row(NOON, PairResult.of(destination, 10, 100)));
        ReceivedBatch bad = new ReceivedBatch(destination, boot, 1, List.of(),
                List.of(new MatrixRow(destination, ICMP_ECHO, NOON, Duration.ofMillis(7_777),
                        List.of(PairResult.of(source, 10, 100)))));
        run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN IF NEW.round_ms = 7777 THEN RAISE ''no''; END IF; RETURN NEW; END'");
        run("CREATE TRIGGER refuse BEFORE INSERT ON tile FOR EACH ROW EXECUTE FUNCTION refuse()");
        try {
            assertThatThrownBy(() -> store().append(List.of(good, bad))).isInstanceOf(StoreException.class);
            assertThat(store().lastSequence(source, boot)).isZero();
            assertThat(history(ROUND)).isEmpty();
            assertThat(ask("SELECT count(*) FROM node WHERE id IN ('" + source + "', '" + destination + "')"))
                    .isEqualTo("0");
        } finally {
            run("DROP TRIGGER refuse ON tile");
            run("DROP FUNCTION refuse()");
        }

        assertThat(store().append(List.of(good, bad))).isEqualTo(new StoredCounts(2, 0, 2));
        assertThat(history(ROUND)).hasSize(1);
    }

    @Test
    void rounds_beyond_the_retention_or_far_ahead_are_left_out_and_do_not_hold_up_their_batch() {
        StoredCounts counts = store().append(List.of(batch(1,
                row(NOON.minus(StoreConfig.DEFAULT_RETENTION).minus(ofDays(1)), PairResult.of(destination, 10, 100)),
                row(NOON.plus(ofDays(3)), PairResult.of(destination, 10, 100)),
                row(Instant.ofEpochSecond(-99_999_999_999L), PairResult.of(destination, 10, 100)),
                row(NOON, PairResult.of(destination, 40_000, 100), PairResult.of(NodeId.random(), 10, 100)))));

        assertThat(counts).isEqualTo(new StoredCounts(1, 0, 1));
        assertThat(store.resultsLeftOut()).isEqualTo(4);
        assertThat(store().lastSequence(source, boot)).isEqualTo(1);
    }

    @Test
    void old_days_are_dropped_and_the_newer_ones_stay() throws SQLException {
        // At twelve, as 26 hours later must not be two days later, whatever the hour of this run.
        Instant then = NOON.truncatedTo(ChronoUnit.DAYS).minus(ofDays(30)).plus(Duration.ofHours(12));
        try (MeasurementStore old = open(at(then), ofDays(1))) {
            old.append(List.of(batch(1, row(then, PairResult.of(destination, 10, 100)))));
            store().append(List.of(batch(2, row(NOON, PairResult.of(destination, 10, 100)))));
            assertThat(roundsAt(then)).isOne();

            old.maintain(then.plus(Duration.ofHours(26)));
            assertThat(roundsAt(then)).as("its day did not end a day and an hour ago").isOne();

            old.maintain(then.plus(ofDays(3)));

            assertThat(roundsAt(then)).isZero();
            assertThat(historyAt(then)).as("summed up before").extracting(HistoryPoint::sent).containsExactly(10L);
            assertThat(historyAt(NOON)).hasSize(1);
        }
    }

    @Test
    void a_reader_neither_stops_maintenance_nor_is_stopped_by_it() throws Exception {
        Instant then = NOON.minus(ofDays(40));
        try (MeasurementStore old = open(at(then), ofDays(1));
                ExecutorService thread = Executors.newSingleThreadExecutor();
                Connection reader = connect()) {
            old.append(List.of(batch(1, row(then, PairResult.of(destination, 10, 100)),
                    row(then.minus(Duration.ofHours(23)), PairResult.of(destination, 10, 100)))));
            reader.setAutoCommit(false);
            assertThat(ask(reader, "SELECT count(*) FROM tile WHERE time < '" + then.plus(ofDays(1)) + "'"))
                    .isNotEqualTo("0");

            Future<?> maintenance = thread.submit(() -> old.maintain(then.plus(ofDays(3))));
            long slowestMillis = 0;
            while (!maintenance.isDone()) {
                long began = System.nanoTime();
                historyAt(NOON);
                slowestMillis = Math.max(slowestMillis, (System.nanoTime() - began) / 1_000_000);
            }
            maintenance.get();
            assertThat(slowestMillis).as("how long another reader waited").isLessThan(4_000);
            reader.rollback();

            old.maintain(then.plus(ofDays(3)));
            assertThat(roundsAt(then)).isZero();
            assertThat(historyAt(then)).as("summed up before").extracting(HistoryPoint::sent).containsExactly(10L);
            assertThat(ask("SELECT count(*) FROM pg_class WHERE relname = 'tile_"
                    + then.toString().substring(0, 10).replace("-", "") + "'")).isEqualTo("0");
        }
    }

    @Test
    void the_views_show_results_and_refusals_by_name() throws SQLException {
        store().saveAgent(agent(source, "agent " + source, NOON, false));
        MeshNode endpoint = new MeshNode(destination, MeshNode.Role.ENDPOINT, "resolver", "outside", "192.0.2.53");
        PairResult troubled = new PairResult(destination, 8, RoundTripDelays.ofMicros(50, 70),
                List.of(new RefusalCount(RefusalReason.HOST_UNREACHABLE, InetAddress.ofLiteral("192.0.2.1"), 3)), 2, 1);
        store().append(List.of(new ReceivedBatch(source, boot, 1, List.of(endpoint),
                List.of(row(NOON, PairResult.of(NodeId.random(), 10, 10), troubled)))));

        assertThat(ask("SELECT v::text FROM (SELECT destination, destination_site, kind, sent, received, loss_ratio,"
                + " min_us, median_us, max_us, not_sent, duplicates FROM v_results WHERE source = 'agent " + source
                + "' AND destination = 'resolver' AND time = '" + NOON + "') v"))
                .isEqualTo("(resolver,outside,icmp-echo,8,2,0.75,50,50,70,2,1)");
        assertThat(ask("SELECT v::text FROM (SELECT destination, reason, offender, packets FROM v_refusals WHERE"
                + " source = 'agent " + source + "' AND time = '" + NOON + "') v"))
                .isEqualTo("(resolver,host-unreachable,192.0.2.1,3)");
    }

    @Test
    void the_views_name_every_kind_of_probe() throws SQLException {
        for (ProbeKind kind : ProbeKind.values()) {
            assertThat(ask("SELECT probe_kind_label(" + kind.number() + "::smallint)")).isEqualTo(kind.label());
        }
    }

    @Test
    void a_batch_may_not_rename_an_agent() throws SQLException {
        store().saveAgent(agent(destination, "agent " + destination, NOON, false));
        MeshNode impostor = new MeshNode(destination, MeshNode.Role.ENDPOINT, "other", "outside", "192.0.2.53");

        store().append(List.of(new ReceivedBatch(source, boot, 1, List.of(impostor),
                List.of(row(NOON, PairResult.of(destination, 10, 100))))));

        assertThat(ask("SELECT name FROM node WHERE id = '" + destination + "'")).isEqualTo("agent " + destination);
    }

    @Test
    void every_query_in_the_schema_guide_runs() throws Exception {
        Path guide = Path.of(System.getProperty("sentinel.root")).resolve("docs/schema.md");
        Matcher blocks = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(guide));
        int queries = 0;
        while (blocks.find()) {
            run(blocks.group(1));
            queries++;
        }
        assertThat(queries).isGreaterThanOrEqualTo(4);
    }

    private List<HistoryPoint> historyAt(Instant when) {
        return store().history(source, destination, ICMP_ECHO, when, when.plus(ofSeconds(1)), ROUND, 10).points();
    }

    private int roundsAt(Instant when) throws SQLException {
        return Integer.parseInt(ask("SELECT count(*) FROM tile WHERE time = '" + when
                + "' AND source = (SELECT number FROM node WHERE id = '" + source + "')"));
    }

    protected Connection connect() throws SQLException {
        return DriverManager.getConnection(address().jdbcUrl(), address().user().orElse(""),
                address().password().orElse(""));
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return ask(connection, sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).as("a row for: %s", sql).isTrue();
            return row.getString(1);
        }
    }
}
