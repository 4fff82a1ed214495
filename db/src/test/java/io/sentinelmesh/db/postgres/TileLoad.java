package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.PeriodTile;
import io.sentinelmesh.db.tile.RoundTile;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

/** Writes many tiles by the store's own encoder and COPY, past its bookkeeping, in the order of time as a mesh does. For benchmarks. */
final class TileLoad {

    private static final Duration ROUND = Duration.ofSeconds(10);
    /** Different tiles of a period for each source; the same ones come again. */
    private static final int PERIOD_VARIANTS = 4;

    private final Connection connection;
    private final PostgresStore store;
    private final WanResults wan;
    private final int nodes;
    private long results;
    private long minutes;
    private long hours;

    TileLoad(Connection connection, PostgresStore store, WanResults wan, int nodes) {
        this.connection = connection;
        this.store = store;
        this.wan = wan;
        this.nodes = nodes;
    }

    long results() {
        return results;
    }

    long minutes() {
        return minutes;
    }

    long hours() {
        return hours;
    }

    NodeId node(int index) {
        return new NodeId(new UUID(1, index));
    }

    /** Nodes numbered from 1 in this order, and every source's layout in the same one. */
    void nodes() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < nodes; i++) {
                statement.execute("INSERT INTO node (id, role, name, site, address) VALUES ('" + node(i)
                        + "', 'agent', 'agent-" + i + "', 'site-" + i / 10 + "', '192.0.2.1')");
            }
            statement.execute(
                    "INSERT INTO tile_layout SELECT s.number, t, (SELECT array_agg(d.number ORDER BY d.number) FROM node d"
                            + " WHERE (d.number - 1) / 64 = t) FROM node s, generate_series(0, " + (nodes - 1) / 64
                            + ") t");
            try (ResultSet row = statement.executeQuery("SELECT max(number) FROM node")) {
                row.next();
                if (row.getInt(1) != nodes) {
                    throw new IllegalStateException("wants an empty database");
                }
            }
        }
    }

    void rounds(Instant from, Instant to, int pairNodes) throws SQLException {
        RoundTile encoder = new RoundTile();
        for (Instant part = from; part.isBefore(to); part = part.plus(Duration.ofMinutes(10))) {
            makeRoom(Cut.RAW, part);
            CopyIn copy = copyIn("tile", Tile.COLUMNS);
            BinaryCopy out = BinaryCopy.into(copy);
            for (Instant start = part; start.isBefore(part.plus(Duration.ofMinutes(10)))
                    && start.isBefore(to); start = start.plus(ROUND)) {
                for (int source = 0; source < pairNodes; source++) {
                    MatrixRow row = new MatrixRow(node(source), ProbeKind.ICMP_ECHO, start, ROUND, List.of());
                    for (int tile = 0; tile * Tile.CELLS < pairNodes; tile++) {
                        Tile made = new Tile(row, source + 1, tile);
                        int end = Math.min(pairNodes - tile * Tile.CELLS, Tile.CELLS);
                        for (int cell = 0; cell < end; cell++) {
                            made.add(cell, wan.result(start.getEpochSecond(), source, tile * Tile.CELLS + cell));
                        }
                        made.writeTo(out, encoder);
                        results += end;
                    }
                }
            }
            out.end();
            copy.endCopy();
        }
    }

    void periods(RollUpLevel level, Instant from, Instant to, int pairNodes) throws SQLException {
        int rounds = (int) level.length().dividedBy(ROUND);
        List<List<CellBytes>> variants = new ArrayList<>();
        int tiles = (pairNodes + Tile.CELLS - 1) / Tile.CELLS;
        for (int source = 0; source < pairNodes; source++) {
            for (int tile = 0; tile < tiles; tile++) {
                variants.add(variants(rounds, source, tile, pairNodes));
            }
        }
        int turn = 0;
        long cells = 0;
        for (Instant part = from; part.isBefore(to); part = part.plus(Duration.ofDays(1))) {
            makeRoom(level.to(), part);
            CopyIn copy = copyIn(level.to().table(), SummedTile.COLUMNS);
            BinaryCopy out = BinaryCopy.into(copy);
            for (Instant start = part; start.isBefore(part.plus(Duration.ofDays(1))); start = start
                    .plus(level.length())) {
                turn++;
                for (int source = 0; source < pairNodes; source++) {
                    for (int tile = 0; tile < tiles; tile++) {
                        new SummedTile(start.getEpochSecond(), source + 1, tile, ProbeKind.ICMP_ECHO.number(),
                                variants.get(source * tiles + tile).get(turn % PERIOD_VARIANTS)).writeTo(out);
                    }
                    cells += pairNodes;
                }
            }
            out.end();
            copy.endCopy();
        }
        switch (level) {
            case MINUTES -> minutes += cells;
            case HOURS -> hours += cells;
        }
    }

    private List<CellBytes> variants(int rounds, int source, int tile, int pairNodes) {
        RoundTile encoder = new RoundTile();
        RoundTileReader reader = new RoundTileReader();
        DelaySketch[] sketches = new DelaySketch[Tile.CELLS];
        Arrays.setAll(sketches, _ -> new DelaySketch());
        PeriodTile periods = new PeriodTile();
        int end = Math.min(pairNodes - tile * Tile.CELLS, Tile.CELLS);
        List<CellBytes> variants = new ArrayList<>();
        for (int variant = 0; variant < PERIOD_VARIANTS; variant++) {
            for (int round = 0; round < rounds; round++) {
                PairResult[] row = new PairResult[Tile.CELLS];
                for (int cell = 0; cell < end; cell++) {
                    row[cell] = wan.result(round + 1_000_000L * variant, source, tile * Tile.CELLS + cell);
                }
                reader.open(encoder.bytes(), 0, encoder.encode(row, end));
                for (int cell = 0; cell < end; cell++) {
                    reader.seek(cell);
                    sketches[cell].add(reader);
                }
            }
            int length = periods.encode(sketches, end);
            variants.add(CellBytes.copyOf(periods.bytes(), 0, length));
            Arrays.stream(sketches).forEach(DelaySketch::clear);
        }
        return variants;
    }

    private void makeRoom(Cut cut, Instant time) throws SQLException {
        switch (store.flavour()) {
            case PLAIN -> {
                connection.setAutoCommit(false);
                DayPartitions.make(connection, cut, cut.firstDay(time));
                connection.commit();
                connection.setAutoCommit(true);
            }
            case APACHE, COMMUNITY -> {
                // Made by the insert.
            }
        }
    }

    private CopyIn copyIn(String table, String columns) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI()
                .copyIn("COPY " + table + " (" + columns + ") FROM STDIN (FORMAT binary)");
    }
}
