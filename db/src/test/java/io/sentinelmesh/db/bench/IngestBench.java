package io.sentinelmesh.db.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The database's side of {@code scripts/bench ingest}: what PostgreSQL's own COPY costs, and whether what the simulator's books say is what is stored.
 *
 * <pre>
 * cpu FOLDER              seconds of CPU that the server has used so far, all of its processes
 * copy FOLDER SECONDS     rows, CPU seconds of this process and of the server for them
 * verify FOLDER BOOKS     results compared, or what differs and exit code 1
 * </pre>
 */
public final class IngestBench {

    private static final double TICKS_PER_SECOND = 100; // of /proc/PID/stat, USER_HZ on every Linux
    private static final int PORT_LINE = 3;
    private static final int ROWS_PER_COPY = 100_000;
    private static final int NODES = 1_000;
    private static final int PACKETS = 10;
    /** PostgreSQL counts from 2000-01-01. */
    private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;
    private static final byte[] COPY_SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    /** Delays may be kept by offsets: the coarser of 1 us and 0.5 %. */
    private static final double DELAY_TOLERANCE = 0.005;
    private static final int MOST_SAMPLES = 300;

    private IngestBench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "cpu" -> System.out.printf("%.2f%n", serverCpuSeconds(folder));
            case "copy" -> copy(folder, Integer.parseInt(arguments[2]));
            case "verify" -> System.exit(verify(folder, Path.of(arguments[2])) ? 0 : 1);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static Connection connect(Path folder) throws IOException, SQLException {
        String port = Files.readAllLines(folder.resolve("pgdata/postmaster.pid")).get(PORT_LINE).strip();
        String password = Files.readString(folder.resolve("password")).strip();
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?loginTimeout=10",
                "sentinel", password);
    }

    /** Of the postmaster with those of its children that have ended, and of the living ones. */
    private static double serverCpuSeconds(Path folder) throws IOException {
        long postmaster = Long
                .parseLong(Files.readAllLines(folder.resolve("pgdata/postmaster.pid")).getFirst().strip());
        double ticks = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(path -> path.getFileName().toString().matches("\\d+")).toList()) {
                String stat;
                try {
                    stat = Files.readString(process.resolve("stat"));
                } catch (IOException ended) {
                    continue;
                }
                // The name is in brackets and may hold blanks: field 3 (state) comes after the last one.
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                boolean itself = Long.parseLong(process.getFileName().toString()) == postmaster;
                if (itself || Long.parseLong(fields[1]) == postmaster) {
                    ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                    ticks += itself ? Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : 0;
                }
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static double ownCpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    /** As fast as one connection takes them: one row for each pair, in the order in which rounds would come. */
    private static void copy(Path folder, int seconds) throws IOException, SQLException {
        try (Connection connection = connect(folder); Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS bench_copy CASCADE");
            statement.execute("CREATE SCHEMA bench_copy");
            statement.execute("CREATE TABLE bench_copy.result (time timestamptz NOT NULL, source int NOT NULL,"
                    + " destination int NOT NULL, kind smallint NOT NULL, sent smallint NOT NULL, received smallint NOT NULL,"
                    + " min_us int, lower_quartile_us int, median_us int, upper_quartile_us int, max_us int)");
            statement.execute("CREATE INDEX ON bench_copy.result (source, destination, time)");
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            Rows rows = new Rows();
            // What the JIT and the server's first pages cost is in neither figure.
            copies.copyIn("COPY bench_copy.result FROM STDIN (FORMAT binary)", rows.next());
            double server = serverCpuSeconds(folder);
            double client = ownCpuSeconds();
            double making = 0;
            long count = 0;
            long until = System.nanoTime() + seconds * 1_000_000_000L;
            while (System.nanoTime() - until < 0) {
                double before = ownCpuSeconds();
                java.io.InputStream made = rows.next();
                making += ownCpuSeconds() - before;
                copies.copyIn("COPY bench_copy.result FROM STDIN (FORMAT binary)", made);
                count += ROWS_PER_COPY;
            }
            double clientUsed = ownCpuSeconds() - client;
            try (ResultSet stored = statement.executeQuery("SELECT count(*) FROM bench_copy.result")) {
                stored.next();
                if (stored.getLong(1) != count + ROWS_PER_COPY) {
                    throw new IllegalStateException("of " + (count + ROWS_PER_COPY) + " rows " + stored.getLong(1)
                            + " were stored");
                }
            }
            double serverUsed = serverCpuSeconds(folder) - server;
            statement.execute("DROP SCHEMA bench_copy CASCADE");
            // Making up the delays is the simulator's work above, and nobody's here; writing them as COPY wants them is the client's.
            System.out.printf("%d %.3f %.3f %.3f%n", count, clientUsed, serverUsed, making);
        }
    }

    /** Rows of the WAN model in COPY's binary form; the figures repeat after one round of ten sources, times and keys do not. */
    private static final class Rows {

        private static final int ROW_BYTES = 2 + 11 * 4 + 8 + 4 + 4 + 2 + 2 + 2 + 5 * 4;
        private final int[][] figures = figures();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(ROWS_PER_COPY * ROW_BYTES + 32);
        private long row;

        private static int[][] figures() {
            Random random = new Random(1);
            int[][] figures = new int[10 * NODES][];
            for (int i = 0; i < figures.length; i++) {
                int base = 2_000 + random.nextInt(78_000);
                int[] delays = random.doubles(PACKETS).map(_ -> base + 500 * Math.exp(random.nextGaussian()))
                        .mapToInt(delay -> (int) delay).sorted().toArray();
                figures[i] = new int[]{delays[0], delays[2], delays[4], delays[7], delays[9]};
            }
            return figures;
        }

        java.io.InputStream next() throws IOException {
            bytes.reset();
            DataOutputStream out = new DataOutputStream(bytes);
            out.write(COPY_SIGNATURE);
            out.writeInt(0);
            out.writeInt(0);
            long begin = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000 - POSTGRES_EPOCH_MICROS;
            for (int i = 0; i < ROWS_PER_COPY; i++, row++) {
                int[] delays = figures[(int) (row % figures.length)];
                out.writeShort(11);
                out.writeInt(8);
                out.writeLong(begin + row / (NODES * NODES) * 10_000_000);
                integer(out, (int) (row / NODES % NODES));
                integer(out, (int) (row % NODES));
                small(out, 1);
                small(out, PACKETS);
                small(out, PACKETS);
                for (int delay : delays) {
                    integer(out, delay);
                }
            }
            out.writeShort(-1);
            return new java.io.ByteArrayInputStream(bytes.toByteArray());
        }

        private static void integer(DataOutputStream out, int value) throws IOException {
            out.writeInt(4);
            out.writeInt(value);
        }

        private static void small(DataOutputStream out, int value) throws IOException {
            out.writeInt(2);
            out.writeShort(value);
        }
    }

    private static boolean verify(Path folder, Path books) throws IOException, SQLException {
        Map<String, long[]> said = new HashMap<>();
        List<String[]> lines = Files.readAllLines(books).stream().map(line -> line.split("\t")).toList();
        lines.stream().filter(line -> line[0].equals("source"))
                .forEach(line -> said.put(line[1], Arrays.stream(line).skip(2).mapToLong(Long::parseLong).toArray()));
        List<String[]> samples = lines.stream().filter(line -> line[0].equals("result")).toList();
        boolean good = true;
        long results = 0;
        try (Connection connection = connect(folder)) {
            try (Statement statement = connection.createStatement();
                    ResultSet stored = statement.executeQuery("SELECT source, count(*), sum(sent), sum(received),"
                            + " sum(min_us), sum(max_us) FROM v_results WHERE time > now() - interval '7 days'"
                            + " GROUP BY source")) {
                while (stored.next()) {
                    long[] want = said.remove(stored.getString(1));
                    if (want == null) {
                        continue;
                    }
                    results += want[0];
                    for (int i = 0; i < want.length; i++) {
                        long there = stored.getLong(i + 2);
                        // Counts exactly; sums of delays as exactly as delays are kept.
                        if (i < 3 ? there != want[i] : Math.abs(there - want[i]) > want[i] * DELAY_TOLERANCE) {
                            System.err.printf("%s: figure %d is %d, acknowledged was %d%n", stored.getString(1), i,
                                    there, want[i]);
                            good = false;
                        }
                    }
                }
            }
            for (Map.Entry<String, long[]> missing : said.entrySet()) {
                if (missing.getValue()[0] > 0) {
                    System.err.println(missing.getKey() + ": nothing is stored");
                    good = false;
                }
            }
            good &= samples(connection, samples);
        }
        System.out.println(results);
        return good;
    }

    private static boolean samples(Connection connection, List<String[]> samples) throws SQLException {
        boolean good = true;
        int step = Math.max(1, samples.size() / MOST_SAMPLES);
        try (PreparedStatement query = connection.prepareStatement("SELECT sent, received, coalesce(min_us, -1),"
                + " coalesce(max_us, -1) FROM v_results WHERE time = ? AND source = ? AND destination = ?")) {
            for (int i = 0; i < samples.size(); i += step) {
                String[] sample = samples.get(i);
                query.setObject(1, Instant.EPOCH.plus(Long.parseLong(sample[3]), ChronoUnit.MICROS)
                        .atOffset(java.time.ZoneOffset.UTC));
                query.setString(2, sample[1]);
                query.setString(3, sample[2]);
                try (ResultSet stored = query.executeQuery()) {
                    boolean same = stored.next();
                    for (int figure = 0; same && figure < 4; figure++) {
                        long want = Long.parseLong(sample[4 + figure]);
                        double tolerance = figure < 2 ? 0 : Math.max(1, want * DELAY_TOLERANCE);
                        same = Math.abs(stored.getLong(figure + 1) - want) <= tolerance;
                    }
                    if (!same || stored.next()) {
                        System.err.println("not stored as it was sent: " + String.join(" ", sample));
                        good = false;
                    }
                }
            }
        }
        return good;
    }
}
