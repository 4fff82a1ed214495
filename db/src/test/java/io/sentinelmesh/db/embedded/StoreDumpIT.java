package io.sentinelmesh.db.embedded;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.StoreConfig.Target;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoredSettings;
import io.sentinelmesh.db.Stores;
import io.sentinelmesh.db.dump.DumpedTable;
import io.sentinelmesh.db.dump.StoreDump;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StoreDumpIT {

    /** Not the store's content: what migrations ran, and the server's flavour. */
    private static final List<String> SERVERS_OWN = List.of("flyway_schema_history", "storage_flavour");

    @TempDir
    static Path folder;

    private static MeasurementStore store;
    private static Target.Embedded from;
    private static final NodeId AGENT = NodeId.random();
    private static final NodeId DESTINATION = NodeId.random();

    @BeforeAll
    static void fill() {
        from = new Target.Embedded(folder.resolve("from"));
        store = Stores.open(StoreConfig.embedded(from.dataFolder()), Clock.systemUTC());
        Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(30));
        List<ReceivedBatch> batches = new ArrayList<>();
        for (int hour = 0; hour < 3; hour++) {
            Instant at = start.plus(Duration.ofHours(10L * hour));
            List<MatrixRow> rows = IntStream.range(0, 20).mapToObj(round -> new MatrixRow(AGENT, ICMP_ECHO,
                    at.plusSeconds(10L * round), Duration.ofSeconds(10),
                    List.of(PairResult.of(NodeId.random(), 3, 900, 1_100), PairResult.of(NodeId.random(), 1))))
                    .toList();
            batches.add(new ReceivedBatch(AGENT, new UUID(1, 1), hour + 1, List.of(), rows,
                    List.of(new HostMetric("load", "", Map.of(), at, new MetricValue.Gauge(hour))),
                    List.of(trace(at, "192.0.2." + hour)), Duration.ZERO));
        }
        store.append(batches);
        store.tiers().rollUp(Instant.now());
        store.metrics().rollUp(Instant.now());
        store.settings().add(0, new StoredSettings.Draft("rounds:\n", start, "ops")).orElseThrow();
    }

    private static PathTrace trace(Instant at, String router) {
        return new PathTrace(DESTINATION, at, InetAddress.ofLiteral("198.51.100.1"), 33_600,
                new io.sentinelmesh.measurement.Path(
                        List.of(Optional.of(InetAddress.ofLiteral(router)), Optional.empty()), true),
                TraceOutcome.REACHED, new TreeMap<>(Map.of(1, List.of(16))));
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    private static final class Dumped {
        private final Map<String, ByteArrayOutputStream> rows = new HashMap<>();
        private final StoreDump dump;

        Dumped(Target target) {
            dump = Stores.dump(target, table -> rows.computeIfAbsent(table, _ -> new ByteArrayOutputStream()),
                    (_, _) -> {
                    });
        }

        void load(StoreDump described, Target target) {
            Stores.load(target, described, table -> new ByteArrayInputStream(rows.get(table).toByteArray()), (_, _) -> {
            });
        }
    }

    @Test
    void a_store_is_the_same_after_a_way_through_another_flavour_while_the_first_goes_on_running() throws Exception {
        Dumped first = new Dumped(from);
        Target.Embedded back = new Target.Embedded(folder.resolve("back"));
        try (TimescaleServer timescale = TimescaleServer.start(Files.createDirectory(folder.resolve("timescale")))) {
            Target.Server server = new Target.Server(timescale.address());
            first.load(first.dump, server);
            new Dumped(server).load(first.dump, back);
        }

        try (EmbeddedPostgres loaded = EmbeddedPostgres.start(back.dataFolder())) {
            Map<String, String> expected = contents(EmbeddedPostgres.running(from.dataFolder()).orElseThrow());
            assertThat(expected).containsKeys("tile", "tile_hour", "metric_minute", "settings_version", "path",
                    "pair_path");
            assertThat(contents(loaded.address())).isEqualTo(expected);
        }
        // And it goes on: a new agent gets a number that nobody has.
        try (MeasurementStore again = Stores.open(StoreConfig.embedded(back.dataFolder()), Clock.systemUTC())) {
            NodeId another = NodeId.random();
            assertThat(again.append(List.of(new ReceivedBatch(another, new UUID(2, 2), 1, List.of(),
                    List.of(new MatrixRow(another, ICMP_ECHO, Instant.now().minusSeconds(60), Duration.ofSeconds(10),
                            List.of(PairResult.of(AGENT, 1, 100)))))))
                    .results()).isEqualTo(1);
        }
    }

    @Test
    void every_table_is_in_a_dump() throws SQLException {
        List<String> dumped = new ArrayList<>(
                new Dumped(from).dump.tables().stream().map(DumpedTable::name).toList());
        dumped.addAll(SERVERS_OWN);

        assertThat(dumped).containsExactlyInAnyOrderElementsOf(
                contents(EmbeddedPostgres.running(from.dataFolder()).orElseThrow(), List.of()).keySet());
    }

    @Test
    void nothing_is_loaded_into_a_database_in_use() {
        Dumped dumped = new Dumped(from);

        assertThatThrownBy(() -> dumped.load(dumped.dump,
                new Target.Server(EmbeddedPostgres.running(from.dataFolder()).orElseThrow())))
                .isInstanceOf(StoreException.class).hasMessageContaining("an aggregator is connected");
    }

    @Test
    void a_dump_that_lacks_a_row_is_not_loaded_at_all() throws SQLException {
        Dumped dumped = new Dumped(from);
        Target.Embedded into = new Target.Embedded(folder.resolve("lacking"));
        List<DumpedTable> more = dumped.dump.tables().stream()
                .map(table -> table.name().equals("settings_version")
                        ? new DumpedTable(table.name(), table.columns(), table.rows() + 1, table.times())
                        : table)
                .toList();

        assertThatThrownBy(() -> dumped.load(new StoreDump(dumped.dump.schema(), more), into))
                .isInstanceOf(StoreException.class).hasMessageContaining("settings_version has 1 rows");

        // So it may be tried again, with a better copy.
        dumped.load(dumped.dump, into);
        try (EmbeddedPostgres loaded = EmbeddedPostgres.start(into.dataFolder())) {
            assertThatThrownBy(() -> dumped.load(dumped.dump, new Target.Server(loaded.address())))
                    .hasMessageContaining("the database is in use");
        }
    }

    @Test
    void tables_of_a_version_that_is_not_known_are_not_loaded() {
        Dumped dumped = new Dumped(from);

        assertThatThrownBy(() -> dumped.load(new StoreDump("4711", dumped.dump.tables()),
                new Target.Embedded(folder.resolve("later")))).hasMessageContaining("use the release");
    }

    @Test
    void where_no_database_is_none_is_made_by_asking_for_a_dump() {
        Target.Embedded nothing = new Target.Embedded(folder.resolve("nothing"));

        assertThatThrownBy(() -> new Dumped(nothing)).hasMessageContaining("there is no database in");
        assertThat(folder.resolve("nothing")).doesNotExist();
    }

    private static Map<String, String> contents(DatabaseAddress address) throws SQLException {
        return contents(address, SERVERS_OWN);
    }

    /** All rows of each table in an order of their own. */
    private static Map<String, String> contents(DatabaseAddress address, List<String> without) throws SQLException {
        Map<String, String> contents = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), address.user().orElseThrow(),
                address.password().orElseThrow()); Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet found = statement.executeQuery("""
                    SELECT relname FROM pg_class
                    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition""")) {
                while (found.next()) {
                    tables.add(found.getString(1));
                }
            }
            tables.removeAll(without);
            for (String table : tables) {
                try (ResultSet found = statement.executeQuery("SELECT count(*) || ' rows ' || coalesce(md5(string_agg("
                        + "t::text, '/' ORDER BY t::text)), '') FROM " + table + " t")) {
                    found.next();
                    contents.put(table, found.getString(1));
                }
            }
        }
        return contents;
    }
}
