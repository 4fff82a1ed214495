package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.db.MeasurementStore.PairMedian;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/** What the newest rounds tell of all pairs, or of one. */
final class RecentRounds {

    private static final String HAS_KIND = """
            SELECT EXISTS (SELECT FROM tile WHERE source = ? AND tile = ? AND kind = ? AND time >= ?
                AND tile_entry(cells, ?) <> 57344)""";

    private RecentRounds() {
    }

    static List<ProbeKind> kinds(Connection connection, NodeId source, NodeId destination, Instant since)
            throws SQLException {
        List<ProbeKind> kinds = new ArrayList<>();
        Optional<Place> place = Place.find(connection, source, destination);
        if (place.isEmpty()) {
            return kinds;
        }
        try (PreparedStatement statement = connection.prepareStatement(HAS_KIND)) {
            for (ProbeKind kind : ProbeKind.values()) {
                statement.setInt(1, place.get().source());
                statement.setInt(2, place.get().tile());
                statement.setInt(3, kind.number());
                statement.setObject(4, since.atOffset(ZoneOffset.UTC));
                statement.setInt(5, place.get().cell() + 1);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next() && row.getBoolean(1)) {
                        kinds.add(kind);
                    }
                }
            }
        }
        return kinds;
    }

    static List<PairMedian> medians(Connection connection, LayoutBook book, Instant since) throws SQLException {
        Medians medians = new Medians(book.load(connection));
        CopyRows.read(connection, "SELECT source, tile, kind, cells FROM tile WHERE time >= " + CopyRows.literal(since)
                + " ORDER BY source, tile, kind", medians::add);
        medians.close();
        medians.found.sort(Comparator.comparing(PairMedian::source).thenComparing(PairMedian::destination)
                .thenComparing(PairMedian::kind));
        return medians.found;
    }

    /** The medians of one (source, tile, kind) after the other. */
    private static final class Medians {

        private final LayoutBook.Known layouts;
        private final List<PairMedian> found = new ArrayList<>();
        private final RoundTileReader rounds = new RoundTileReader();
        private final int[][] micros = new int[Tile.CELLS][16];
        private final int[] counts = new int[Tile.CELLS];
        private int source;
        private int tile;
        private int kind;

        Medians(LayoutBook.Known layouts) {
            this.layouts = layouts;
        }

        void add(CopyRows row) {
            int rowSource = row.int4();
            int rowTile = row.int2();
            int rowKind = row.int2();
            if (rowSource != source || rowTile != tile || rowKind != kind) {
                close();
                source = rowSource;
                tile = rowTile;
                kind = rowKind;
            }
            int bytes = row.bytes();
            rounds.open(row.buffer(), row.offset(), bytes);
            for (int cell = 0; cell < rounds.cells(); cell++) {
                if (rounds.seek(cell) && rounds.received() > 0) {
                    if (counts[cell] == micros[cell].length) {
                        micros[cell] = Arrays.copyOf(micros[cell], 2 * counts[cell]);
                    }
                    micros[cell][counts[cell]++] = rounds.quantileMicros(0.5);
                }
            }
        }

        void close() {
            for (int cell = 0; cell < Tile.CELLS; cell++) {
                int answered = counts[cell];
                counts[cell] = 0;
                if (answered == 0) {
                    continue;
                }
                Arrays.sort(micros[cell], 0, answered);
                int median = micros[cell][(answered + 1) / 2 - 1];
                NodeId[] destinations = layouts.destinations(source, tile);
                // Who came after the layouts were read has no usual delay yet.
                if (cell < destinations.length) {
                    found.add(new PairMedian(layouts.node(source), destinations[cell], ProbeKind.ofNumber(kind),
                            median, answered));
                }
            }
        }
    }
}
