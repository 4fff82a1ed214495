package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.PeriodTileReader;
import io.sentinelmesh.db.tile.RoundTileReader;

/**
 * Reads every round that is stored, adds up minutes and hours by a way of its own (all delays, sorted), and compares these with what is in the tiers.
 * For rounds of up to 33 answers, of which every delay is kept, and for databases from which nothing was dropped for its age.
 */
public final class TierCheck {

    private static final int MOST_ANSWERS = 33;
    /** Of those that differ, so many are told. */
    private static final int MOST_TOLD = 20;

    /** What the rounds of one source come to; sums of delays in microseconds. */
    public record Totals(long results, long sent, long received, long minSum, long maxSum) {

        private static final Totals NOTHING = new Totals(0, 0, 0, 0, 0);

        private Totals plus(RoundTileReader cell) {
            boolean none = cell.received() == 0;
            return new Totals(results + 1, sent + cell.sent(), received + cell.received(),
                    minSum + (none ? 0 : cell.quantileMicros(0)), maxSum + (none ? 0 : cell.quantileMicros(1)));
        }
    }

    /**
     * @param bySource the rounds, by the source's name
     * @param periods cells of minutes and of hours that were compared
     * @param differences what is not in the tiers as it is in the rounds, in words; none is how it should be
     */
    public record Found(Map<String, Totals> bySource, long periods, List<String> differences) {
    }

    private record Group(int source, int tile, int kind) {
    }

    private final Connection rounds;
    private final Connection tiers;
    private final Map<Integer, Totals> totals = new HashMap<>();
    private final List<String> differences = new ArrayList<>();
    private final Map<RollUpLevel, Map<Long, PeriodCells>> wanted = new HashMap<>();
    private final Map<RollUpLevel, Long> rowsSeen = new HashMap<>();
    private final RoundTileReader reader = new RoundTileReader();
    private final PeriodTileReader periodReader = new PeriodTileReader();
    private final DelaySketch sketch = new DelaySketch();
    private Group group = new Group(-1, 0, 0);
    private long periods;

    private TierCheck(Connection rounds, Connection tiers) {
        this.rounds = rounds;
        this.tiers = tiers;
    }

    /** Both to the same database, in which nothing is stored meanwhile. All marks must have been worked off. */
    public static Found compare(Connection rounds, Connection tiers) throws SQLException {
        return new TierCheck(rounds, tiers).run();
    }

    private Found run() throws SQLException {
        for (RollUpLevel level : RollUpLevel.values()) {
            wanted.put(level, new HashMap<>());
            rowsSeen.put(level, 0L);
        }
        CopyRows.read(rounds, "SELECT source, tile, kind, time, cells FROM tile ORDER BY source, tile, kind, time",
                this::round);
        close();
        for (RollUpLevel level : RollUpLevel.values()) {
            long stored = count(level.to().table());
            if (stored != seen(level)) {
                differs(level + ": " + (stored - seen(level)) + " rows of sources without rounds");
            }
        }
        if (count("rollup_dirty") > 0) {
            differs(count("rollup_dirty") + " marks were not worked off");
        }
        return new Found(byName(), periods, List.copyOf(differences));
    }

    private void round(CopyRows row) throws SQLException {
        Group of = new Group(row.int4(), row.int2(), row.int2());
        Instant start = Instant.ofEpochMilli(CopyRows.epochMillis(row.timestamp()));
        int bytes = row.bytes();
        if (!of.equals(group)) {
            close();
            group = of;
        }
        reader.open(row.buffer(), row.offset(), bytes);
        for (int cell = 0; cell < reader.cells(); cell++) {
            if (reader.seek(cell)) {
                if (reader.received() > MOST_ANSWERS) {
                    throw new IllegalArgumentException("a round of " + reader.received() + " answers");
                }
                totals.put(of.source(), totals.getOrDefault(of.source(), Totals.NOTHING).plus(reader));
                for (RollUpLevel level : RollUpLevel.values()) {
                    wanted(level).computeIfAbsent(level.periodOf(start), _ -> new PeriodCells()).add(cell, reader);
                }
            }
        }
    }

    private void close() throws SQLException {
        for (RollUpLevel level : RollUpLevel.values()) {
            Map<Long, PeriodCells> due = wanted(level);
            if (due.isEmpty()) {
                continue;
            }
            CopyRows.read(tiers, "SELECT time, cells FROM " + level.to().table() + " WHERE source = " + group.source()
                    + " AND tile = " + group.tile() + " AND kind = " + group.kind(), row -> {
                        long period = CopyRows.epochMillis(row.timestamp()) / 1_000;
                        int bytes = row.bytes();
                        rowsSeen.merge(level, 1L, Long::sum);
                        PeriodCells cells = due.remove(period);
                        if (cells == null) {
                            differs(where(level, period) + " has no rounds, or is there twice");
                        } else {
                            compare(where(level, period), cells, row, bytes);
                        }
                    });
            due.keySet().forEach(period -> differs(where(level, period) + " is missing"));
            due.clear();
        }
    }

    private void compare(String where, PeriodCells cells, CopyRows row, int bytes) {
        periodReader.open(row.buffer(), row.offset(), bytes);
        for (int cell = 0; cell < Tile.CELLS; cell++) {
            sketch.clear();
            boolean there = periodReader.addTo(sketch, cell);
            if (there != cells.has(cell)) {
                differs(where + " cell " + cell + (there ? " has no rounds" : " is missing"));
            } else if (there) {
                periods++;
                if (sketch.sent() != cells.sent(cell) || sketch.received() != cells.received(cell)
                        || !same(cells.delays(cell), sketch)) {
                    differs(where + " cell " + cell + " has " + sketch.sent() + " sent, " + sketch.received()
                            + " received, " + sketch.delays() + "; the rounds come to " + cells.sent(cell) + ", "
                            + cells.received(cell) + ", " + cells.delays(cell));
                }
            }
        }
    }

    /** Minimum, maximum and mean exactly; a quantile is off by one part in 64 at most. */
    private static boolean same(java.util.Optional<Delays> wanted, DelaySketch found) {
        if (wanted.isEmpty() || found.delays().isEmpty()) {
            return wanted.isEmpty() && found.delays().isEmpty();
        }
        Delays want = wanted.get();
        Delays has = found.delays().get();
        return want.min() == has.min() && want.max() == has.max() && want.mean() == has.mean()
                && near(want.lowerQuartile(), has.lowerQuartile()) && near(want.median(), has.median())
                && near(want.upperQuartile(), has.upperQuartile());
    }

    private static boolean near(int want, int has) {
        return Math.abs(want - has) <= want / DelaySketch.ERROR_DIVISOR + 1;
    }

    private String where(RollUpLevel level, long period) {
        return level + " " + Instant.ofEpochSecond(period) + " of source " + group.source() + " tile " + group.tile();
    }

    private void differs(String words) {
        if (differences.size() < MOST_TOLD) {
            differences.add(words);
        }
    }

    private Map<Long, PeriodCells> wanted(RollUpLevel level) {
        return wanted.getOrDefault(level, Map.of());
    }

    private long seen(RollUpLevel level) {
        return rowsSeen.getOrDefault(level, 0L);
    }

    private long count(String table) throws SQLException {
        try (Statement statement = tiers.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Map<String, Totals> byName() throws SQLException {
        Map<String, Totals> named = new HashMap<>();
        try (Statement statement = tiers.createStatement();
                ResultSet row = statement.executeQuery("SELECT number, name FROM node")) {
            while (row.next()) {
                Totals of = totals.get(row.getInt(1));
                if (of != null) {
                    named.put(row.getString(2), of);
                }
            }
        }
        return named;
    }
}
