package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.tile.RoundTile;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

/**
 * Migration 10: writes the tiles of arrays, which migration 9 moved aside, as tiles of bytes, and marks them to be summed up. Of a round only five
 * quantiles are known there: each delay between two of them becomes the upper one, so that the five read back as they were. Some 30,000 tiles a
 * second; once.
 */
final class ConvertTiles implements JavaMigration {

    /** What is held in memory at once: tiles, some 700 bytes each, and those of the same instant as the last. */
    private static final int SLICE_TILES = 20_000;
    /** And not longer than this, so that nobody has to sort a day to find the end. */
    private static final Duration SLICE = Duration.ofMinutes(2);
    private static final String SLICE_END = """
            SELECT time FROM tile_before_9 WHERE time > ? AND time < ? ORDER BY time OFFSET ? LIMIT 1""";
    private static final NodeId SOMEBODY = new NodeId(new UUID(0, 0));

    private final RoundTile encoder = new RoundTile();

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("10");
    }

    @Override
    public String getDescription() {
        return "convert tiles";
    }

    @Override
    public @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        try (Statement statement = connection.createStatement()) {
            boolean plain;
            try (ResultSet flavour = statement.executeQuery("SELECT flavour = 'plain' FROM storage_flavour")) {
                flavour.next();
                plain = flavour.getBoolean(1);
            }
            Optional<Instant> at = first(statement, "");
            while (at.isPresent()) {
                Instant end = sliceEnd(connection, at.get());
                convert(connection, plain, at.get(), end);
                at = first(statement, " WHERE time >= " + CopyRows.literal(end));
            }
            // Making a partition limited the wait for a lock. Whoever reads the old table now is waited for: hours of work would be undone.
            statement.execute("SET LOCAL lock_timeout = 0");
            statement.execute("DROP TABLE tile_before_9");
        }
    }

    private static Optional<Instant> first(Statement statement, String where) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT min(time) FROM tile_before_9" + where)) {
            row.next();
            return Optional.ofNullable(row.getObject(1, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
        }
    }

    /** Exclusive. */
    private static Instant sliceEnd(Connection connection, Instant from) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SLICE_END)) {
            statement.setObject(1, from.atOffset(ZoneOffset.UTC));
            statement.setObject(2, from.plus(SLICE).atOffset(ZoneOffset.UTC));
            statement.setInt(3, SLICE_TILES);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getObject(1, OffsetDateTime.class).toInstant() : from.plus(SLICE);
            }
        }
    }

    /** One row of the new table. */
    private record Converted(Instant time, int source, int roundMillis, int tile, int kind, CellBytes cells,
            CellBytes problems) {
    }

    private void convert(Connection connection, boolean plain, Instant from, Instant end) throws SQLException {
        List<Converted> rows = new ArrayList<>();
        CopyRows.read(connection,
                "SELECT time, source, round_ms, tile, kind, sent, received, min_us, lower_quartile_us,"
                        + " median_us, upper_quartile_us, max_us, problems FROM tile_before_9 WHERE time >= "
                        + CopyRows.literal(from) + " AND time < " + CopyRows.literal(end),
                row -> rows.add(convert(row)));
        if (rows.isEmpty()) {
            return;
        }
        SortedSet<DirtyPeriods.Key> minutes = new TreeSet<>();
        TreeSet<LocalDate> days = new TreeSet<>();
        for (Converted row : rows) {
            minutes.add(DirtyPeriods.Key.of(RollUpLevel.MINUTES, row.time, row.source, row.kind));
            days.add(Cut.RAW.firstDay(row.time));
        }
        if (plain) {
            for (LocalDate day : days) {
                DayPartitions.make(connection, Cut.RAW, day);
            }
        }
        write(connection, rows);
        DirtyPeriods.mark(connection, RollUpLevel.MINUTES, minutes);
    }

    private static void write(Connection connection, List<Converted> rows) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI()
                .copyIn("COPY tile (" + Tile.COLUMNS + ") FROM STDIN (FORMAT binary)");
        try {
            BinaryCopy out = BinaryCopy.into(copy);
            for (Converted row : rows) {
                out.beginRow(7);
                out.timestamp(row.time);
                out.int4(row.source);
                out.int4(row.roundMillis);
                out.int2(row.tile);
                out.int2(row.kind);
                row.cells.writeTo(out);
                row.problems.writeTo(out);
            }
            out.end();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private Converted convert(CopyRows row) {
        long micros = row.timestamp();
        Instant time = Instant.ofEpochSecond(BinaryCopy.POSTGRES_EPOCH_SECONDS + Math.floorDiv(micros, 1_000_000L),
                Math.floorMod(micros, 1_000_000L) * 1_000);
        int source = row.int4();
        int roundMillis = row.int4();
        int tile = row.int2();
        int kind = row.int2();
        int[] sent = row.ints();
        int[] received = row.ints();
        int[][] quantiles = {row.ints(), row.ints(), row.ints(), row.ints(), row.ints()};
        @Nullable
        PairResult[] results = new PairResult[Tile.CELLS];
        for (int cell = 0; cell < sent.length; cell++) {
            if (sent[cell] >= 0) {
                results[cell] = PairResult.of(SOMEBODY, sent[cell], delays(received[cell], quantiles, cell));
            }
        }
        int length = encoder.encode(results, Math.min(sent.length, Tile.CELLS));
        CellBytes cells = CellBytes.copyOf(encoder.bytes(), 0, length);
        int problems = row.bytes();
        return new Converted(time, source, roundMillis, tile, kind, cells,
                CellBytes.copyOf(row.buffer(), row.offset(), problems));
    }

    /** In ascending order, as the quantiles are. */
    private static int[] delays(int received, int[][] quantiles, int cell) {
        int[] delays = new int[received];
        double[] shares = {0.0, 0.25, 0.5, 0.75, 1.0};
        int quantile = 0;
        for (int rank = 1; rank <= received; rank++) {
            while (rank > Math.max(1, (int) Math.ceil(shares[quantile] * received))) {
                quantile++;
            }
            if (cell >= quantiles[quantile].length) {
                throw new StoreException("a stored tile has answers without delays");
            }
            delays[rank - 1] = quantiles[quantile][cell];
        }
        return delays;
    }
}
