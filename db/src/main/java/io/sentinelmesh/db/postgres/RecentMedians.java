package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.sentinelmesh.db.MeasurementStore.PairMedian;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.PeriodTileReader;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * Every pair's median over the newest minutes. Of 1,000 sources with 1,000 destinations rounds would be 360 million results an hour; ten minutes of
 * summaries are some 170 MB, read in portions. Thread-safe.
 */
final class RecentMedians {

    private static final Duration MINUTES_READ = Duration.ofMinutes(10);
    /** With 1,000 destinations each some 4 MB of tiles, and as many pairs to hand over. */
    private static final int SOURCES_AT_ONCE = 20;
    private static final String NEWEST = "SELECT extract(epoch FROM max(time))::bigint FROM tile_minute WHERE time >= ?";
    private static final String SOURCES = "SELECT DISTINCT source FROM tile_layout ORDER BY source";

    private final Transactions transactions;
    private final LayoutBook book;

    RecentMedians(Transactions transactions, LayoutBook book) {
        this.transactions = transactions;
        this.book = book;
    }

    /** Nothing is locked and no connection held while the portions are taken. */
    void read(Set<ProbeKind> kinds, Instant since, Consumer<List<PairMedian>> portions) {
        Optional<Instant> newest = transactions.withConnection("look for the newest minute",
                connection -> newest(connection, since));
        if (newest.isEmpty()) {
            return;
        }
        Instant oldest = newest.get().plus(RollUpLevel.MINUTES.length()).minus(MINUTES_READ);
        Instant from = oldest.isBefore(since) ? since : oldest;
        LayoutBook.Known layouts = transactions.withConnection("read the layouts of tiles", book::load);
        List<Integer> sources = transactions.withConnection("list the sources of tiles", RecentMedians::sources);
        for (int at = 0; at < sources.size(); at += SOURCES_AT_ONCE) {
            List<Integer> some = sources.subList(at, Math.min(sources.size(), at + SOURCES_AT_ONCE));
            List<PairMedian> found = transactions.run("read the pairs' medians", connection -> {
                List<PairMedian> medians = new ArrayList<>();
                for (ProbeKind kind : kinds) {
                    medians.addAll(medians(connection, layouts, some, kind, from));
                }
                return medians;
            });
            if (!found.isEmpty()) {
                portions.accept(List.copyOf(found));
            }
        }
    }

    private static Optional<Instant> newest(Connection connection, Instant since) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NEWEST)) {
            statement.setObject(1, since.atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long seconds = row.getLong(1);
                return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
            }
        }
    }

    private static List<Integer> sources(Connection connection) throws SQLException {
        List<Integer> sources = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(SOURCES)) {
            while (rows.next()) {
                sources.add(rows.getInt(1));
            }
        }
        return sources;
    }

    private static List<PairMedian> medians(Connection connection, LayoutBook.Known layouts, List<Integer> sources,
            ProbeKind kind, Instant from) throws SQLException {
        RollUps.readByIndex(connection);
        Medians medians = new Medians(layouts, kind);
        // Lateral: by statistics, which know nothing of the newest minutes, they would be read of all sources each time.
        CopyRows.read(connection, "SELECT t.source, t.tile, t.cells FROM tile_layout l CROSS JOIN LATERAL ("
                + "SELECT source, tile, cells FROM tile_minute WHERE source = l.source AND tile = l.tile AND kind = "
                + kind.number() + " AND time >= " + CopyRows.literal(from) + " OFFSET 0) t WHERE l.source IN ("
                + sources.stream().map(String::valueOf).collect(Collectors.joining(","))
                + ") ORDER BY t.source, t.tile", medians::add);
        return medians.finish();
    }

    /** Of one (source, tile) after the other. */
    private static final class Medians {

        private final LayoutBook.Known layouts;
        private final ProbeKind kind;
        private final List<PairMedian> found = new ArrayList<>();
        private final PeriodTileReader periods = new PeriodTileReader();
        private final DelaySketch[] sketches = new DelaySketch[Tile.CELLS];
        private final int[] minutes = new int[Tile.CELLS];
        private int source;
        private int tile;

        Medians(LayoutBook.Known layouts, ProbeKind kind) {
            this.layouts = layouts;
            this.kind = kind;
            Arrays.setAll(sketches, _ -> new DelaySketch());
        }

        void add(CopyRows row) {
            int rowSource = row.int4();
            int rowTile = row.int2();
            if (rowSource != source || rowTile != tile) {
                close();
                source = rowSource;
                tile = rowTile;
            }
            int bytes = row.bytes();
            periods.open(row.buffer(), row.offset(), bytes);
            for (int cell = 0; cell < periods.cells(); cell++) {
                long before = sketches[cell].received();
                periods.addTo(sketches[cell], cell);
                minutes[cell] += sketches[cell].received() > before ? 1 : 0;
            }
        }

        List<PairMedian> finish() {
            close();
            return found;
        }

        private void close() {
            NodeId[] destinations = layouts.destinations(source, tile);
            for (int cell = 0; cell < Tile.CELLS; cell++) {
                // Who came after the layouts were read has no usual delay yet.
                if (minutes[cell] > 0 && cell < destinations.length) {
                    found.add(new PairMedian(layouts.node(source), destinations[cell], kind,
                            sketches[cell].quantileMicros(0.5), minutes[cell]));
                }
                sketches[cell].clear();
                minutes[cell] = 0;
            }
        }
    }
}
