package io.sentinelmesh.db.postgres;

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
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.StoreFlavour;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a day in the columnstore still has to do: take what comes late, be read and summed up, and go. Runs only where somebody names a server, as
 * {@link CommunityStoreIT} does. Each test has a day of its own, long ago.
 */
class CommunityChunksIT {

    private static final Duration ROUND = Duration.ofSeconds(10);

    private final NodeId source = NodeId.random();
    private final NodeId destination = NodeId.random();
    private final UUID boot = UUID.randomUUID();
    private long sequence;

    @BeforeEach
    void requireServer() {
        Assumptions.assumeTrue(System.getenv(CommunityStoreIT.VARIABLE) != null,
                CommunityStoreIT.VARIABLE + " names no TimescaleDB Community server: the columnstore is not tested");
    }

    private static DatabaseAddress address() {
        return DatabaseAddress.parse(System.getenv(CommunityStoreIT.VARIABLE));
    }

    /** A store whose clock stands still. */
    private static PostgresStore open(Instant now) {
        PostgresStore store = PostgresStore.open(address(), StoreConfig.server(address()),
                Clock.fixed(now, ZoneOffset.UTC), () -> {
                });
        assertThat(store.flavour()).isEqualTo(StoreFlavour.COMMUNITY);
        return store;
    }

    /** Ten in the morning. */
    private static Instant longAgo(int days) {
        return Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(days)).plus(Duration.ofHours(10));
    }

    @Test
    void rounds_that_come_late_for_a_compressed_day_are_read_and_summed_up_with_the_others() throws SQLException {
        Instant then = longAgo(400);
        try (PostgresStore store = open(then.plus(Duration.ofHours(2)))) {
            round(store, then, 100);
            round(store, then.plus(ROUND), 300);
            rollUp(store, then.plus(Duration.ofHours(2)));
            compress("tile", then);

            round(store, then.plus(ROUND.multipliedBy(2)), 500);
            round(store, then.plus(Duration.ofMinutes(5)), 700);

            assertThat(delays(store, then, ROUND)).as("before they are summed up").containsExactly("100", "300", "500",
                    "700");
            rollUp(store, then.plus(Duration.ofHours(3)));
            assertThat(delays(store, then, Duration.ofMinutes(1))).containsExactly("100 to 500", "700");
            assertThat(delays(store, then, Duration.ofHours(1))).containsExactly("100 to 700");

            // As the policy does the next time.
            compress("tile", then);
            assertThat(delays(store, then, ROUND)).containsExactly("100", "300", "500", "700");
            int[] seen = new int[1];
            store.past().at(ICMP_ECHO, then.plus(ROUND), ROUND, (from, _, _, result) -> {
                if (from.equals(source)) {
                    seen[0] = result.quantileMicros(0.5);
                }
            });
            assertThat(seen[0]).as("of the matrix at that instant").isEqualTo(300);
        }
    }

    @Test
    void a_batch_that_comes_twice_for_a_compressed_day_counts_once() throws SQLException {
        Instant then = longAgo(410);
        try (PostgresStore store = open(then.plus(Duration.ofHours(2)))) {
            round(store, then, 100);
            compress("tile", then);

            sequence--;
            round(store, then, 100);

            assertThat(delays(store, then, ROUND)).containsExactly("100");
        }
    }

    @Test
    void a_compressed_day_goes_when_its_time_is_over_and_its_minutes_stay() throws SQLException {
        Instant then = longAgo(420);
        try (PostgresStore store = open(then.plus(Duration.ofHours(2)))) {
            round(store, then, 100);
            reading(store, then, 1);
            compress("tile", then);
            compress("metric_sample", then);
            store.metrics().rollUp(then.plus(Duration.ofHours(2)));

            store.maintain(then.plus(Duration.ofDays(9)));

            assertThat(ask("SELECT count(*) FROM tile WHERE " + ofTheDay(then))).isEqualTo("0");
            assertThat(ask("SELECT count(*) FROM metric_sample WHERE " + ofTheDay(then))).isEqualTo("0");
            assertThat(chunks("tile", then)).isEqualTo("0");
            assertThat(delays(store, then, Duration.ofMinutes(1))).containsExactly("100");
            assertThat(ask("SELECT sum(sum) FROM metric_minute WHERE " + ofTheDay(then))).isEqualTo("1");
        }
    }

    @Test
    void figures_of_hosts_that_come_late_for_a_compressed_day_are_added_to_their_minutes() throws SQLException {
        Instant then = longAgo(430);
        try (PostgresStore store = open(then.plus(Duration.ofHours(2)))) {
            reading(store, then, 1);
            store.metrics().rollUp(then.plus(Duration.ofHours(2)));
            compress("metric_sample", then);

            reading(store, then.plusSeconds(10), 5);
            store.metrics().rollUp(then.plus(Duration.ofHours(2)));

            assertThat(ask("SELECT count || ' ' || sum || ' ' || max FROM metric_minute WHERE " + ofTheDay(then)))
                    .isEqualTo("2 6 5");
            assertThat(ask("SELECT count || ' ' || sum FROM metric_hour WHERE " + ofTheDay(then))).isEqualTo("2 6");
        }
    }

    private void round(PostgresStore store, Instant start, int delay) {
        store.append(List.of(new ReceivedBatch(source, boot, ++sequence, List.of(), List.of(
                new MatrixRow(source, ICMP_ECHO, start, ROUND, List.of(PairResult.of(destination, 1, delay)))))));
    }

    private void reading(PostgresStore store, Instant at, double value) {
        store.append(List.of(new ReceivedBatch(source, boot, ++sequence, List.of(), List.of(),
                List.of(new HostMetric("host_load", "", Map.of(), at, new MetricValue.Gauge(value))))));
    }

    private static void rollUp(PostgresStore store, Instant now) {
        while (store.tiers().rollUp(now)) {
            // As long as there is more.
        }
    }

    /** The shortest and the longest of each step. */
    private List<String> delays(PostgresStore store, Instant from, Duration step) {
        Instant start = from.truncatedTo(ChronoUnit.HOURS);
        return store.history(source, destination, ICMP_ECHO, start, start.plus(Duration.ofHours(1)), step, 1_000)
                .points().stream().map(HistoryPoint::delays).map(delays -> delays.orElseThrow())
                .map(delays -> near(delays.min()) + (delays.min() == delays.max() ? "" : " to " + near(delays.max())))
                .toList();
    }

    /** Delays from 512 us on are kept as exactly as 0.2 %. */
    private static int near(int micros) {
        return Math.round(micros / 10f) * 10;
    }

    /** The chunk of that day, as the policy does after two days. */
    private static void compress(String table, Instant day) throws SQLException {
        ask("SELECT count(compress_chunk(c, if_not_compressed => true)) FROM show_chunks('" + table
                + "', older_than => '"
                + day.plus(Duration.ofDays(1)) + "'::timestamptz, newer_than => '" + day.minus(Duration.ofDays(1))
                + "'::timestamptz) c");
        assertThat(ask("SELECT bool_and(is_compressed) FROM timescaledb_information.chunks WHERE hypertable_name = '"
                + table + "' AND range_start <= '" + day + "' AND range_end > '" + day + "'")).as("is compressed")
                .isEqualTo("t");
    }

    private static String chunks(String table, Instant day) throws SQLException {
        return ask("SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_name = '" + table
                + "' AND range_start <= '" + day + "' AND range_end > '" + day + "'");
    }

    private static String ofTheDay(Instant day) {
        return "time >= '" + day.truncatedTo(ChronoUnit.DAYS) + "' AND time < '"
                + day.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1)) + "'";
    }

    private static String ask(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(address().jdbcUrl(), address().user().orElse(""),
                address().password().orElse(""));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).as("a row for: %s", sql).isTrue();
            return row.getString(1);
        }
    }
}
