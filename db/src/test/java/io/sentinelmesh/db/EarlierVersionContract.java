package io.sentinelmesh.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.postgres.PostgresStore;
import io.sentinelmesh.measurement.NodeId;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** What an earlier version stored is there after the update. Each test has a database of its own. */
public abstract class EarlierVersionContract {

    /** The last migration before tiles became bytes. */
    private static final String ARRAYS = "8";
    private static final Duration ROUND = ofSeconds(10);

    private final NodeId source = NodeId.random();
    private final NodeId answering = NodeId.random();
    private final NodeId silent = NodeId.random();
    private final String name = "earlier_" + UUID.randomUUID().toString().replace("-", "");

    protected abstract DatabaseAddress address();

    protected abstract StoreFlavour flavour();

    private String url() {
        return address().jdbcUrl().replaceFirst("/[^/?]*(\\?|$)", "/" + name + "$1");
    }

    @BeforeEach
    void setUpAsThen() throws SQLException {
        run(address().jdbcUrl(), "CREATE DATABASE " + name);
        Flyway.configure().dataSource(url(), address().user().orElse(""), address().password().orElse(""))
                .locations("classpath:db/migration").target(ARRAYS).load().migrate();
    }

    @AfterEach
    void remove() throws SQLException {
        run(address().jdbcUrl(), "DROP DATABASE " + name + " WITH (FORCE)");
    }

    @Test
    void rounds_of_a_version_with_arrays_are_read_as_before_and_summed_up() throws SQLException {
        Instant start = MeasurementStoreContract.NOON;
        nodes();
        day(start);
        // A round that all answered, one with loss; the second destination was met later and never answered.
        run(url(),
                "INSERT INTO tile SELECT '" + start
                        + "', number, 10000, 0, 1, '{10}', '{10}', '{100}', '{120}', '{150}',"
                        + " '{200}', '{400}' FROM node WHERE id = '" + source + "'");
        run(url(),
                "INSERT INTO tile SELECT '" + start.plus(ROUND) + "', number, 10000, 0, 1, '{10,8}', '{3,0}', '{90}',"
                        + " '{90}', '{110}', '{130}', '{130}', '{\"2\": {\"notSent\": 2}}' FROM node WHERE id = '"
                        + source + "'");

        run(url(), "GRANT SELECT ON v_results, v_refusals TO PUBLIC");
        run(url(), "CREATE VIEW somebodys AS SELECT destination, sent + received AS packets FROM v_results");

        try (PostgresStore store = open()) {
            assertThat(ask("SELECT packets FROM somebodys WHERE destination = '" + silent + "'")).isEqualTo("8");
            assertThat(ask("SELECT count(*) FROM pg_class WHERE relname IN ('v_results', 'v_refusals') AND relacl::text"
                    + " ~ '[{,]=r/'")).as("rights that were granted").isEqualTo("2");
            List<HistoryPoint> points = history(store, answering, start, ROUND);
            assertThat(points).extracting(HistoryPoint::sent, HistoryPoint::received).containsExactly(
                    tuple(10L, 10L), tuple(10L, 3L));
            assertThat(points).map(point -> withoutMean(point.delays().orElseThrow()))
                    .containsExactly(List.of(100, 120, 150, 200, 400), List.of(90, 90, 110, 130, 130));
            assertThat(history(store, silent, start, ROUND)).singleElement()
                    .extracting(HistoryPoint::sent, HistoryPoint::received).containsExactly(8L, 0L);
            assertThat(ask("SELECT not_sent FROM v_results WHERE destination = '" + silent + "'")).isEqualTo("2");

            while (store.tiers().rollUp(Instant.now())) {
                // As long as there is more.
            }
            assertThat(ask("SELECT sent || ' ' || received || ' ' || min_us || ' ' || max_us FROM v_results_hour WHERE"
                    + " destination = '" + answering + "'")).isEqualTo("20 13 90 400");
        }
    }

    /** In a database of before. */
    private void nodes() throws SQLException {
        for (NodeId node : List.of(source, answering, silent)) {
            run(url(), "INSERT INTO node (id, role, name, site, address) VALUES ('" + node + "', 'agent', '" + node
                    + "', 'site-a', '192.0.2.1')");
        }
        run(url(),
                "INSERT INTO tile_layout SELECT s.number, 0, ARRAY[a.number, q.number] FROM node s, node a, node q WHERE"
                        + " s.id = '" + source + "' AND a.id = '" + answering + "' AND q.id = '" + silent + "'");
    }

    private void day(Instant start) throws SQLException {
        if (flavour() == StoreFlavour.PLAIN) {
            var day = start.atOffset(ZoneOffset.UTC).toLocalDate();
            run(url(),
                    "CREATE TABLE tile_" + day.toString().replace("-", "") + " PARTITION OF tile FOR VALUES FROM ('"
                            + day
                            + " 00:00:00+00') TO ('" + day.plusDays(1) + " 00:00:00+00')");
        }
    }

    private PostgresStore open() {
        DatabaseAddress then = DatabaseAddress.parse(url().replaceFirst("^jdbc:", ""))
                .withUser(address().user().orElse("")).withPassword(address().password().orElse(""));
        return PostgresStore.open(then, StoreConfig.server(then), Clock.systemUTC(), () -> {
        });
    }

    @Test
    void rounds_that_begin_between_seconds_and_many_at_once_are_taken_over_too() throws SQLException {
        Instant start = MeasurementStoreContract.NOON.plusMillis(600);
        nodes();
        day(start);
        // 21,000: more than are held at once; always two at the same time.
        run(url(), "INSERT INTO tile SELECT timestamptz '" + start
                + "' + (n / 2) * interval '1 ms', number, 10000, 0, 1, '{10}', '{10}', '{100}', '{120}', '{150}', '{200}',"
                + " '{400}' FROM node, generate_series(0, 20999) AS n WHERE id = '" + source + "'");

        try (PostgresStore store = open()) {
            assertThat(ask("SELECT count(*) || ' ' || count(DISTINCT time) || ' ' || (min(time) = '" + start
                    + "') FROM tile")).isEqualTo("21000 10500 true");
            assertThat(store.tiers().rollUp(Instant.now())).isFalse();
            assertThat(ask("SELECT sent FROM v_results_minute")).isEqualTo("210000");
        }
    }

    @Test
    void an_update_waits_for_whoever_reads_what_was_stored_before() throws Exception {
        Assumptions.assumeTrue(flavour() == StoreFlavour.PLAIN, "only there partitions are made");
        Instant start = MeasurementStoreContract.NOON;
        nodes();
        day(start);
        run(url(), "INSERT INTO tile SELECT '" + start + "', number, 10000, 0, 1, '{10}', '{0}' FROM node WHERE id = '"
                + source + "'");
        Flyway.configure().dataSource(url(), address().user().orElse(""), address().password().orElse(""))
                .locations("classpath:db/migration").target("9").load().migrate();
        try (Connection reader = connect(url());
                Statement statement = reader.createStatement();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT count(*) FROM tile_before_9").close();

            Future<PostgresStore> update = thread.submit(this::open);
            // Longer than one waits to make a partition.
            assertThatThrownBy(() -> update.get(3, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            reader.rollback();

            try (PostgresStore store = update.get()) {
                assertThat(history(store, answering, start, ROUND)).hasSize(1);
            }
        }
    }

    private List<HistoryPoint> history(MeasurementStore store, NodeId destination, Instant start, Duration step) {
        return store.history(source, destination, ICMP_ECHO, start, start.plusSeconds(60), step, 100).points();
    }

    private static List<Integer> withoutMean(Delays delays) {
        return List.of(delays.min(), delays.lowerQuartile(), delays.median(), delays.upperQuartile(), delays.max());
    }

    private void run(String url, String sql) throws SQLException {
        try (Connection connection = connect(url); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = connect(url());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).as("a row for: %s", sql).isTrue();
            return row.getString(1);
        }
    }

    private Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, address().user().orElse(""), address().password().orElse(""));
    }
}
