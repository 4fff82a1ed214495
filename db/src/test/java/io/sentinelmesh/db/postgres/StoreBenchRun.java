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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

/** Fills a database with the simulator's kind of results, measures sizes and times, and compares what is read with what was written. */
public final class StoreBenchRun {

    private static final ProbeKind KIND = ProbeKind.ICMP_ECHO;
    private static final int PAIR_NODES = 100;
    private static final int TURNS = 15;
    private static final int ROW_BATCH = 2_000_000;

    private final DatabaseAddress address;
    private final Instant now;
    private final Size size;
    private final Map<String, Number> figures = new LinkedHashMap<>();
    private WanResults wan = new WanResults(7, 1);

    /**
     * @param nodes of the full matrix
     * @param matrixMinutes of the full matrix
     * @param rawHours of 10,000 pairs
     * @param minuteDays and
     * @param hourDays of 10,000 pairs in the tiers
     */
    public record Size(int nodes, int matrixMinutes, int rawHours, int minuteDays, int hourDays) {
    }

    public StoreBenchRun(DatabaseAddress address, Instant now, Size size) {
        this.address = address;
        this.now = now;
        this.size = size;
    }

    private PostgresStore open() {
        return PostgresStore.open(address, StoreConfig.server(address), Clock.fixed(now, ZoneOffset.UTC), () -> {
        });
    }

    /** Bytes a result of a smaller set, for a flavour that is looked at for its size alone. */
    public Map<String, Number> sizeOnly() throws SQLException {
        try (PostgresStore store = open(); Connection connection = connect()) {
            TileLoad load = new TileLoad(connection, store, wan, PAIR_NODES);
            load.nodes();
            load.rounds(now.minus(Duration.ofHours(2)), now, PAIR_NODES);
            vacuum(connection);
            figures.put("bytes_per_result_apache",
                    (double) store.tiers().space(now).getFirst().bytes() / load.results());
            return figures;
        }
    }

    public Map<String, Number> everything() throws SQLException {
        try (PostgresStore store = open(); Connection connection = connect()) {
            wan = new WanResults(7, size.nodes);
            TileLoad load = new TileLoad(connection, store, wan, size.nodes);
            load.nodes();
            Instant matrix = now.minus(Duration.ofMinutes(size.matrixMinutes));
            say("rounds of %d pairs, %d h", PAIR_NODES * PAIR_NODES, size.rawHours);
            Instant first = matrix.minus(Duration.ofHours(size.rawHours));
            load.rounds(first, matrix, PAIR_NODES);
            say("rounds of %d pairs, %d min", size.nodes * size.nodes, size.matrixMinutes);
            long began = System.nanoTime();
            long before = load.results();
            load.rounds(matrix, now, size.nodes);
            figures.put("tile_copy_results_per_s",
                    Math.round((load.results() - before) * 1e9 / (System.nanoTime() - began)));
            long rounds = load.results();
            say("minutes of %d days, hours of %d days", size.minuteDays, size.hourDays);
            load.periods(RollUpLevel.MINUTES, now.minus(Duration.ofDays(size.minuteDays)), now, PAIR_NODES);
            load.periods(RollUpLevel.HOURS, now.minus(Duration.ofDays(size.hourDays)), now, PAIR_NODES);
            vacuum(connection);
            var spaces = store.tiers().space(now);
            figures.put("bytes_per_result_plain", (double) spaces.get(0).bytes() / rounds);
            figures.put("bytes_per_minute", (double) spaces.get(1).bytes() / load.minutes());
            figures.put("bytes_per_hour", (double) spaces.get(2).bytes() / load.hours());
            figures.put("dataset_results", rounds);
            rowPerPair(connection);
            queries(store, connection, load, first, matrix);
            return figures;
        }
    }

    private void queries(PostgresStore store, Connection connection, TileLoad load, Instant first, Instant matrix)
            throws SQLException {
        Instant at = matrix.plus(Duration.ofMinutes(size.matrixMinutes / 2)).plusSeconds(4);
        String past = PastReader.query(KIND, at, Duration.ofSeconds(10));
        figures.put("past_matrix_cold_ms", explain(connection, past));
        figures.put("past_matrix_ms", median(TURNS, () -> explain(connection, past)));
        long[] seen = new long[2];
        figures.put("past_matrix_client_ms", median(TURNS, () -> {
            Arrays.fill(seen, 0);
            long began = System.nanoTime();
            store.past().at(KIND, at, Duration.ofSeconds(10), (from, to, start, result) -> {
                seen[0]++;
                seen[1] += result.received() == 0 ? 0 : result.quantileMicros(0.5);
            });
            return (System.nanoTime() - began) / 1e6;
        }));
        require(seen[0] == (long) size.nodes * size.nodes && seen[1] > 0, "the matrix has " + seen[0] + " pairs");
        NodeId source = load.node(3);
        NodeId destination = load.node(71);
        Instant day = matrix.minus(Duration.ofHours(Math.min(24, size.rawHours)));
        figures.put("pair_24h_cold_ms", history(store, source, load.node(72), day, matrix, Duration.ofSeconds(10)));
        figures.put("pair_24h_ms", median(TURNS, () -> history(store, source, destination, day, matrix,
                Duration.ofSeconds(10))));
        List<HistoryPoint> points = read(store, source, destination, first, matrix, Duration.ofSeconds(10));
        require(points.size() == size.rawHours * 360, "a pair has " + points.size() + " rounds");
        for (int i = 0; i < points.size(); i++) {
            PairResult written = wan.result(first.plusSeconds(10L * i).getEpochSecond(), 3, 71);
            require(points.get(i).sent() == written.sent() && points.get(i).received() == written.received()
                    && points.get(i).delays().map(HistoryPoint.Delays::median).orElse(-1) == (written.received() == 0
                            ? -1
                            : WanResults.kept(written.delays().medianMicros())),
                    "round " + i + " is read as " + points.get(i) + " for " + written);
        }
        Instant longAgo = now.minus(Duration.ofDays(size.hourDays));
        figures.put("pair_90d_cold_ms", history(store, source, load.node(72), longAgo, now, Duration.ofHours(3)));
        figures.put("pair_90d_ms",
                median(TURNS, () -> history(store, source, destination, longAgo, now, Duration.ofHours(3))));
        require(read(store, source, destination, longAgo, now, Duration.ofHours(3)).size() == size.hourDays * 8,
                "90 days in steps of 3 h");
        Instant week = now.minus(Duration.ofDays(size.minuteDays));
        figures.put("pair_minutes_ms",
                median(TURNS, () -> history(store, source, destination, week, now, Duration.ofMinutes(10))));
    }

    private static List<HistoryPoint> read(PostgresStore store, NodeId source, NodeId destination, Instant from,
            Instant to, Duration step) {
        return store.history(source, destination, KIND, from, to, step, 100_000).points();
    }

    private static double history(PostgresStore store, NodeId source, NodeId destination, Instant from, Instant to,
            Duration step) {
        long began = System.nanoTime();
        read(store, source, destination, from, to, step);
        return (System.nanoTime() - began) / 1e6;
    }

    /** What the same results take as rows with an index on the pair, and how fast they go in. */
    private void rowPerPair(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE result_row (time timestamptz NOT NULL, source int NOT NULL, destination int NOT NULL,"
                            + " kind smallint NOT NULL, sent smallint NOT NULL, received smallint NOT NULL, min_us int,"
                            + " lower_quartile_us int, median_us int, upper_quartile_us int, max_us int)");
            statement.execute("CREATE INDEX ON result_row (source, destination, kind, time)");
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI()
                    .copyIn("COPY result_row FROM STDIN (FORMAT binary)");
            long began = System.nanoTime();
            BinaryCopy out = BinaryCopy.into(copy);
            for (int i = 0; i < ROW_BATCH; i++) {
                int pair = i % (PAIR_NODES * PAIR_NODES);
                Instant start = now.minusSeconds(10L * (i / (PAIR_NODES * PAIR_NODES)));
                PairResult result = wan.result(start.getEpochSecond(), pair / PAIR_NODES, pair % PAIR_NODES);
                out.beginRow(11);
                out.timestamp(start);
                out.int4(pair / PAIR_NODES);
                out.int4(pair % PAIR_NODES);
                out.int2(KIND.number());
                out.int2(result.sent());
                out.int2(result.received());
                for (double q : new double[]{0, 0.25, 0.5, 0.75, 1}) {
                    if (result.received() == 0) {
                        out.nullField();
                    } else {
                        out.int4(result.delays().quantileMicros(q));
                    }
                }
            }
            out.end();
            copy.endCopy();
            figures.put("row_copy_results_per_s", Math.round(ROW_BATCH * 1e9 / (System.nanoTime() - began)));
            try (ResultSet row = statement.executeQuery("SELECT pg_total_relation_size('result_row')")) {
                row.next();
                figures.put("bytes_per_result_row", (double) row.getLong(1) / ROW_BATCH);
            }
        }
    }

    private interface Timed {
        double run() throws SQLException;
    }

    private static double median(int turns, Timed work) throws SQLException {
        List<Double> took = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            took.add(work.run());
        }
        took.sort(null);
        return took.get(turns / 2);
    }

    private static double explain(Connection connection, String query) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN (ANALYZE, TIMING OFF, SERIALIZE BINARY) " + query)) {
            while (rows.next()) {
                plan.append(rows.getString(1)).append('\n');
            }
        }
        Matcher time = Pattern.compile("Execution Time: ([0-9.]+) ms").matcher(plan);
        require(time.find(), plan.toString());
        return Double.parseDouble(time.group(1));
    }

    private static void vacuum(Connection connection) throws SQLException {
        say("vacuum, analyze, checkpoint");
        try (Statement statement = connection.createStatement()) {
            statement.execute("VACUUM (ANALYZE) tile");
            statement.execute("VACUUM (ANALYZE) tile_minute");
            statement.execute("VACUUM (ANALYZE) tile_hour");
            statement.execute("CHECKPOINT");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(address.jdbcUrl(), address.user().orElse(""), address.password().orElse(""));
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("not what was written: " + what);
        }
    }

    private static void say(String text, Object... arguments) {
        System.err.printf("  " + text + "%n", arguments);
    }
}
