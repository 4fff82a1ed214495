package io.sentinelmesh.db.postgres;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.embedded.EmbeddedPostgres;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static org.assertj.core.api.Assertions.assertThat;

/** The judge of bench ingest and torture aggregator finds what he is there to find. */
class TierCheckIT {

    private static final Duration ROUND = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void store() {
        server = EmbeddedPostgres.start(folder);
        Instant begin = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(5));
        DatabaseAddress address = DatabaseAddress.parse(server.jdbcUrl()).withUser(server.user())
                .withPassword(server.password());
        try (PostgresStore store = PostgresStore.open(address, StoreConfig.server(address), Clock.systemUTC(), () -> {
        })) {
            store.append(List.of(new ReceivedBatch(NodeId.random(), UUID.randomUUID(), 1, List.of(), rows(begin))));
            Instant later = Instant.now().plus(Duration.ofHours(3));
            while (store.tiers().rollUp(later)) {
                // As long as there is more.
            }
            store.tiers().rollUp(later);
        }
    }

    /** Of an hour and ten minutes, towards 70 others, so in two tiles. */
    private static List<MatrixRow> rows(Instant begin) {
        Random random = new Random(5);
        NodeId source = NodeId.random();
        List<NodeId> destinations = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            destinations.add(NodeId.random());
        }
        List<MatrixRow> rows = new ArrayList<>();
        for (int round = 0; round < 42; round++) {
            List<PairResult> results = destinations.stream().map(destination -> PairResult.of(destination, 10,
                    random.ints(random.nextInt(11), 300, 90_000).toArray())).toList();
            rows.add(new MatrixRow(source, ICMP_ECHO, begin.plus(ROUND.multipliedBy(round * 10L)), ROUND, results));
        }
        return rows;
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }

    /** What is found after the statement, which is taken back. */
    private static TierCheck.Found after(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                Connection second = connect()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            // Rounds from outside the transaction, tiers from inside.
            TierCheck.Found found = TierCheck.compare(second, connection);
            connection.rollback();
            return found;
        }
    }

    @Test
    void tiers_that_the_store_made_are_what_the_rounds_come_to() throws SQLException {
        TierCheck.Found found = after("SELECT 1");

        assertThat(found.differences()).isEmpty();
        assertThat(found.periods()).isEqualTo(42 * 70 + 2 * 70);
        assertThat(found.bySource().values()).singleElement().extracting(TierCheck.Totals::results,
                TierCheck.Totals::sent).containsExactly(42L * 70, 42L * 70 * 10);
    }

    @Test
    void a_minute_that_is_missing_is_found() throws SQLException {
        assertThat(after("DELETE FROM tile_minute WHERE tile = 0 AND time = (SELECT min(time) FROM tile_minute)")
                .differences()).singleElement().asString().contains("MINUTES").contains("is missing");
    }

    @Test
    void an_hour_with_the_figures_of_another_is_found() throws SQLException {
        assertThat(
                after("UPDATE tile_hour SET cells = (SELECT cells FROM tile_hour WHERE tile = 0 ORDER BY time LIMIT 1)"
                        + " WHERE tile = 0").differences())
                .isNotEmpty()
                .allSatisfy(words -> assertThat(words).contains("HOURS").contains("the rounds come to"));
    }

    @Test
    void a_minute_that_is_there_twice_is_found() throws SQLException {
        assertThat(after("INSERT INTO tile_minute SELECT * FROM tile_minute WHERE tile = 1 ORDER BY time LIMIT 1")
                .differences()).singleElement().asString().contains("twice");
    }

    @Test
    void a_mark_that_was_not_worked_off_is_found() throws SQLException {
        assertThat(after("INSERT INTO rollup_dirty VALUES (1, now(), 1, 1)").differences()).singleElement().asString()
                .contains("not worked off");
    }
}
