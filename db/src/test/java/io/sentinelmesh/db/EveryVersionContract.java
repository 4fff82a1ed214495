package io.sentinelmesh.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import io.sentinelmesh.db.event.EventQuery;
import io.sentinelmesh.db.postgres.EarlierSchema;
import io.sentinelmesh.db.postgres.PostgresStore;
import io.sentinelmesh.measurement.NodeId;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Whatever version left a database behind, with something in every table that it had: the update goes through, and all of it is there. In how many
 * ways tiles of arrays are taken over, says {@link EarlierVersionContract}.
 */
public abstract class EveryVersionContract {

    /** The versions that brought something to be kept. */
    private static final int TILES = 2;
    private static final int IDENTITIES = 5;
    private static final int SETTINGS = 6;
    private static final int INGEST_KEYS = 7;
    private static final int LAST_OF_ARRAYS = 8;
    private static final int EVENTS = 12;

    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final Instant START = MeasurementStoreContract.NOON;

    private final NodeId source = NodeId.random();
    private final NodeId destination = NodeId.random();
    private final UUID boot = UUID.randomUUID();

    protected abstract DatabaseAddress address();

    protected abstract StoreFlavour flavour();

    @TestFactory
    Stream<DynamicTest> the_update_keeps_all_that_a_version_stored() {
        List<Integer> versions = EarlierSchema.numbers(address());
        // On the other flavours the migrations are the same but for tiles, of which the other contract takes care.
        return (flavour() == StoreFlavour.PLAIN ? versions : versions.subList(versions.size() - 1, versions.size()))
                .stream().map(version -> DynamicTest.dynamicTest("version " + version, () -> {
                    try (Database database = new Database(address())) {
                        fill(database, version);
                        try (PostgresStore store = database.open()) {
                            check(store, version);
                        }
                    }
                }));
    }

    @Test
    void a_day_that_was_half_detached_when_the_update_came_neither_stops_it_nor_stays() throws SQLException {
        assumeThat(flavour()).as("only there days are detached").isEqualTo(StoreFlavour.PLAIN);
        Instant old = START.minus(Duration.ofDays(20));
        try (Database database = new Database(address())) {
            fill(database, LAST_OF_ARRAYS);
            day(database, old);
            round(database, old, "{10}", "{10}");
            LocalDate day = LocalDate.ofInstant(old, ZoneOffset.UTC);
            try (Connection reader = database.connect();
                    Statement reads = reader.createStatement();
                    Connection cutOff = database.connect();
                    Statement detach = cutOff.createStatement()) {
                reader.setAutoCommit(false);
                reads.executeQuery("SELECT count(*) FROM tile").close();
                detach.execute("SET statement_timeout = '500ms'");
                assertThatThrownBy(() -> detach.execute("ALTER TABLE tile DETACH PARTITION tile_"
                        + day.toString().replace("-", "") + " CONCURRENTLY")).isInstanceOf(SQLException.class)
                        .hasMessageContaining("timeout");
                reader.rollback();
            }
            assertThat(database.ask("SELECT count(*) FROM pg_inherits WHERE inhdetachpending")).isEqualTo("1");

            try (PostgresStore store = database.open()) {
                check(store, LAST_OF_ARRAYS);
                store.maintain(Instant.now());
            }
            assertThat(database.ask("SELECT count(*) FROM pg_class WHERE relname LIKE '%"
                    + day.toString().replace("-", "") + "%' OR relname LIKE '%before_9%'")).isEqualTo("0");
        }
    }

    private void fill(Database database, int version) throws SQLException {
        EarlierSchema.make(database.address(), Math.min(version, LAST_OF_ARRAYS));
        for (NodeId node : List.of(source, destination)) {
            database.run("INSERT INTO node (id, role, name, site, address) VALUES ('" + node + "', 'agent', '" + node
                    + "', 'site-a', '192.0.2.1')");
        }
        database.run("INSERT INTO agent (node, software_version, rung, remedy, boot, started_at, last_seen, has_left)"
                + " SELECT number, '1', 'icmp', '', '" + boot + "', '" + START + "', '" + START
                + "', false FROM node WHERE id = '" + source + "'");
        database.run("INSERT INTO ingest_cursor VALUES ('" + source + "', '" + boot + "', 7, now())");
        if (version >= TILES) {
            database.run(
                    "INSERT INTO tile_layout SELECT s.number, 0, ARRAY[d.number] FROM node s, node d WHERE s.id = '"
                            + source + "' AND d.id = '" + destination + "'");
            day(database, START);
            round(database, START, "{10}", "{10}");
            round(database, START.plus(ROUND), "{10}", "{3}");
        }
        if (version >= IDENTITIES) {
            database.run("INSERT INTO identity VALUES ('" + source + "', 'one', 'site-a', 'aa', 't', '" + START + "')");
        }
        if (version >= SETTINGS) {
            database.run("INSERT INTO settings_version VALUES (1, 'rounds: {packets: 20}', sha256('x'), '" + START
                    + "', 'somebody')");
        }
        if (version >= INGEST_KEYS) {
            database.run(
                    "INSERT INTO ingest_key VALUES ('k', '" + destination + "', 'two', 'site-a', 1, NULL, '" + START
                            + "', '" + START.plus(Duration.ofDays(1)) + "', NULL)");
        }
        EarlierSchema.make(database.address(), version);
        if (version >= EVENTS) {
            database.run("INSERT INTO event (time, type, severity, agent, details) VALUES ('" + START
                    + "', 'join', 'info', '" + source + "', '{}')");
            database.run("INSERT INTO dead_letter (agent, boot, sequence, time, reason, results, content, offset_us)"
                    + " VALUES ('" + source + "', '" + boot + "', 3, '" + START + "', 'refused', 1, '\\x01', 5)");
        }
    }

    private void day(Database database, Instant time) throws SQLException {
        if (flavour() == StoreFlavour.PLAIN) {
            LocalDate day = LocalDate.ofInstant(time, ZoneOffset.UTC);
            database.run(
                    "CREATE TABLE tile_" + day.toString().replace("-", "") + " PARTITION OF tile FOR VALUES FROM ('"
                            + day + " 00:00:00+00') TO ('" + day.plusDays(1) + " 00:00:00+00')");
        }
    }

    private void round(Database database, Instant start, String sent, String received) throws SQLException {
        database.run("INSERT INTO tile SELECT '" + start + "', number, 10000, 0, 1, '" + sent + "', '" + received
                + "', '{100}', '{120}', '{150}', '{200}', '{400}' FROM node WHERE id = '" + source + "'");
    }

    private void check(PostgresStore store, int version) {
        assertThat(store.agents()).singleElement().satisfies(agent -> {
            assertThat(agent.node().id()).isEqualTo(source);
            assertThat(agent.boot()).isEqualTo(boot);
        });
        assertThat(store.reads().nodes()).hasSize(2);
        assertThat(store.lastSequence(source, boot)).isEqualTo(7);
        assertThat(store.identities().identity(source).isPresent()).isEqualTo(version >= IDENTITIES);
        assertThat(store.settings().newest().map(StoredSettings::document))
                .isEqualTo(version >= SETTINGS ? Optional.of("rounds: {packets: 20}") : Optional.empty());
        assertThat(store.ingestKeys().list()).hasSize(version >= INGEST_KEYS ? 1 : 0);
        assertThat(store.deadLetters().list()).hasSize(version >= EVENTS ? 1 : 0);
        assertThat(store.events().page(new EventQuery(START, START.plusSeconds(1), Optional.empty(), Optional.empty(),
                Optional.empty(), 10))).hasSize(version >= EVENTS ? 1 : 0);
        if (version >= TILES) {
            assertThat(history(store, ROUND)).containsExactly("10 of 10", "3 of 10");
            while (store.tiers().rollUp(Instant.now())) {
                // As long as there is more.
            }
            assertThat(history(store, Duration.ofHours(1))).containsExactly("13 of 20");
        }
    }

    private List<String> history(PostgresStore store, Duration step) {
        Instant hour = START.truncatedTo(java.time.temporal.ChronoUnit.HOURS);
        return store.history(source, destination, ICMP_ECHO, hour, hour.plus(Duration.ofHours(1)), step, 10).points()
                .stream().map(point -> point.received() + " of " + point.sent()).toList();
    }

    /** One of its own, for as long as it is open. */
    private static final class Database implements AutoCloseable {

        private final DatabaseAddress server;
        private final String name = "version_" + UUID.randomUUID().toString().replace("-", "");

        Database(DatabaseAddress server) throws SQLException {
            this.server = server;
            run(server.jdbcUrl(), "CREATE DATABASE " + name);
        }

        DatabaseAddress address() {
            String url = server.jdbcUrl().replaceFirst("/[^/?]*(\\?|$)", "/" + name + "$1");
            return DatabaseAddress.parse(url.replaceFirst("^jdbc:", "")).withUser(server.user().orElse(""))
                    .withPassword(server.password().orElse(""));
        }

        PostgresStore open() {
            return PostgresStore.open(address(), StoreConfig.server(address()), Clock.systemUTC(), () -> {
            });
        }

        Connection connect() throws SQLException {
            return connect(address().jdbcUrl());
        }

        private Connection connect(String url) throws SQLException {
            return DriverManager.getConnection(url, server.user().orElse(""), server.password().orElse(""));
        }

        void run(String sql) throws SQLException {
            run(address().jdbcUrl(), sql);
        }

        private void run(String url, String sql) throws SQLException {
            try (Connection connection = connect(url); Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        String ask(String sql) throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getString(1);
            }
        }

        @Override
        public void close() throws SQLException {
            run(server.jdbcUrl(), "DROP DATABASE " + name + " WITH (FORCE)");
        }
    }
}
