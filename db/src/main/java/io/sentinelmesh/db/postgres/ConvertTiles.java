package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
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

    /** Short, because it is held in memory: of 1,000 agents some 200,000 tiles. */
    private static final Duration SLICE = Duration.ofMinutes(2);
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
            long first;
            long last;
            try (ResultSet times = statement.executeQuery(
                    "SELECT extract(epoch FROM min(time))::bigint, extract(epoch FROM max(time))::bigint FROM tile_before_9")) {
                times.next();
                first = times.getLong(1);
                last = times.getLong(2);
            }
            for (long at = first; first > 0 && at <= last; at += SLICE.toSeconds()) {
                convert(connection, plain, Instant.ofEpochSecond(at));
            }
            statement.execute("DROP TABLE tile_before_9");
        }
    }

    /** One row of the new table. */
    private record Converted(Instant time, int source, int roundMillis, int tile, int kind, CellBytes cells,
            CellBytes problems) {
    }

    private void convert(Connection connection, boolean plain, Instant from) throws SQLException {
        List<Converted> rows = new ArrayList<>();
        CopyRows.read(connection,
                "SELECT time, source, round_ms, tile, kind, sent, received, min_us, lower_quartile_us,"
                        + " median_us, upper_quartile_us, max_us, problems FROM tile_before_9 WHERE time >= "
                        + CopyRows.literal(from) + " AND time < " + CopyRows.literal(from.plus(SLICE)),
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
