package io.sentinelmesh.db.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.embedded.EmbeddedPostgres;
import io.sentinelmesh.db.postgres.PostgresStore;

/**
 * The database's side of {@code scripts/bench ingest} and {@code scripts/torture aggregator}.
 *
 * <pre>
 * cpu FOLDER                    seconds of CPU that the server has used so far, all of its processes
 * finish FOLDER BOOKS SECONDS   once no aggregator uses it: makes all minutes and hours, compares everything with the books, and then
 *                               measures COPY for so long (0: not). Lines "name value"; what differs goes to standard error, exit code 1
 * </pre>
 */
public final class IngestBench {

    /** Every period that has begun is over then, and settled. */
    private static final Duration LONG_AFTER = Duration.ofHours(3);

    private IngestBench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "cpu" -> System.out.printf(Locale.ROOT, "%.2f%n", ServerCpu.server(folder));
            case "finish" ->
                System.exit(finish(folder, Path.of(arguments[2]), Integer.parseInt(arguments[3])) ? 0 : 1);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static boolean finish(Path folder, Path books, int copySeconds) throws IOException, SQLException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            tell("rollup_cpu_s", bringTiersUpToDate(server, folder));
            try (Connection connection = connect(server); Connection second = connect(server)) {
                StoredCheck.Outcome outcome = new StoredCheck(connection, second, books).run();
                if (!outcome.good()) {
                    return false;
                }
                tell("dataset_results", outcome.results());
                tell("acknowledged_lost", outcome.lost());
                tell("counted_twice", outcome.twice());
                tell("tier_cells", outcome.periods());
            }
            if (copySeconds > 0) {
                try (Connection connection = connect(server); Statement statement = connection.createStatement()) {
                    // What the tables of the mesh still want to have cleaned up is none of COPY's cost.
                    statement.execute("ALTER SYSTEM SET autovacuum = off");
                    statement.execute("SELECT pg_reload_conf()");
                    statement.execute("CHECKPOINT");
                    CopyRate.Result copied = CopyRate.measure(connection, folder, copySeconds);
                    tell("copy_rows", copied.rows());
                    tell("copy_cpu_s", copied.cpuSeconds());
                }
            }
            return true;
        }
    }

    /** @return what that cost, with the writing out of what is in memory only */
    private static double bringTiersUpToDate(EmbeddedPostgres server, Path folder) throws IOException, SQLException {
        double before = ServerCpu.server(folder) + ServerCpu.own();
        DatabaseAddress address = DatabaseAddress.parse(server.jdbcUrl()).withUser(server.user())
                .withPassword(server.password());
        try (PostgresStore store = PostgresStore.open(address, StoreConfig.server(address), Clock.systemUTC(), () -> {
        })) {
            Instant later = Instant.now().plus(LONG_AFTER);
            while (store.tiers().rollUp(later)) {
                // As long as there is more.
            }
            // The last minutes marked their hours.
            store.tiers().rollUp(later);
        }
        try (Connection connection = connect(server); Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
        }
        return ServerCpu.server(folder) + ServerCpu.own() - before;
    }

    private static void tell(String name, double value) {
        System.out.printf(Locale.ROOT, "%s %.3f%n", name, value);
    }

    private static void tell(String name, long value) {
        System.out.println(name + " " + value);
    }

    private static Connection connect(EmbeddedPostgres server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }
}
