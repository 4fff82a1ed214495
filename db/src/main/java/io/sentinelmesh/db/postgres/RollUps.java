package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Makes the tiers. One transaction takes some marks away, makes their periods anew from the whole tier below, puts them in the place of what was
 * there, and marks the hours. So it does not matter how often, in which order or by how many processes that is done, nor whether one dies over it.
 * Periods below which nothing is left stay as they are: their rounds were dropped for their age. Thread-safe.
 */
final class RollUps {

    /** Of one transaction: 128 sources of 1,000 destinations are some 6 MB. */
    static final int KEYS_AT_ONCE = 128;
    /** Of one call, for each level; somebody waits for the thread that calls. */
    private static final Duration TURN = Duration.ofMillis(800);
    /** Each row is found by the pair's index. Statistics of a partition that was just made tell nothing, and a plan made from them may read all. */
    private static final List<String> BY_INDEX = List.of("SET LOCAL enable_seqscan = off",
            "SET LOCAL enable_hashjoin = off",
            "SET LOCAL enable_mergejoin = off");
    private final Transactions transactions;
    private final Map<RollUpLevel, Partitions> partitions;

    /**
     * @param partitions of the table that each level fills
     */
    RollUps(Transactions transactions, Map<RollUpLevel, Partitions> partitions) {
        this.transactions = transactions;
        this.partitions = partitions;
    }

    /** Sources that were measured in the same way in the same period. */
    private record Group(long period, int kind) {
    }

    /** @return whether more is due */
    boolean turn(Instant now) {
        boolean more = false;
        for (RollUpLevel level : RollUpLevel.values()) {
            long began = System.nanoTime();
            boolean full;
            do {
                full = transactions.run("sum up " + level, connection -> once(connection, level, now)) == KEYS_AT_ONCE;
            } while (full && System.nanoTime() - began < TURN.toNanos());
            more |= full;
        }
        return more;
    }

    private int once(Connection connection, RollUpLevel level, Instant now) throws SQLException {
        List<DirtyPeriods.Key> keys = DirtyPeriods.take(connection, level, now, KEYS_AT_ONCE);
        if (keys.isEmpty()) {
            return 0;
        }
        try (Statement statement = connection.createStatement()) {
            for (String setting : BY_INDEX) {
                statement.execute(setting);
            }
        }
        Map<Group, Set<Integer>> groups = new TreeMap<>((one, other) -> one.period == other.period
                ? Integer.compare(one.kind, other.kind)
                : Long.compare(one.period, other.period));
        for (DirtyPeriods.Key key : keys) {
            groups.computeIfAbsent(new Group(key.period(), key.kind()), _ -> new TreeSet<>()).add(key.source());
        }
        List<SummedTile> made = new ArrayList<>();
        SortedSet<DirtyPeriods.Key> above = new TreeSet<>();
        for (Map.Entry<Group, Set<Integer>> entry : groups.entrySet()) {
            Group group = entry.getKey();
            List<SummedTile> tiles = sum(connection, level, group, entry.getValue());
            Set<Integer> found = new HashSet<>();
            tiles.forEach(tile -> found.add(tile.source()));
            if (!found.isEmpty()) {
                remove(connection, level, group, found);
            }
            made.addAll(tiles);
            for (int source : found) {
                above.add(DirtyPeriods.Key.of(RollUpLevel.HOURS, Instant.ofEpochSecond(group.period), source,
                        group.kind));
            }
        }
        store(connection, level, made);
        if (level == RollUpLevel.MINUTES) {
            DirtyPeriods.mark(connection, RollUpLevel.HOURS, above);
        }
        return keys.size();
    }

    private static List<SummedTile> sum(Connection connection, RollUpLevel level, Group group, Set<Integer> sources)
            throws SQLException {
        Instant start = Instant.ofEpochSecond(group.period);
        TileSum sum = new TileSum(level, group.period, group.kind);
        CopyRows.read(connection, "SELECT t.source, t.tile, t.cells FROM tile_layout l JOIN " + level.from().table()
                + " t ON t.source = l.source AND t.tile = l.tile WHERE l.source IN (" + list(sources)
                + ") AND t.kind = "
                + group.kind + " AND t.time >= " + CopyRows.literal(start) + " AND t.time < "
                + CopyRows.literal(start.plus(level.length())) + " ORDER BY t.source, t.tile", sum::add);
        return sum.finish();
    }

    private static void remove(Connection connection, RollUpLevel level, Group group, Set<Integer> sources)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM " + level.to().table() + " t USING tile_layout l WHERE l.source IN ("
                    + list(sources) + ") AND t.source = l.source AND t.tile = l.tile AND t.kind = " + group.kind
                    + " AND t.time = " + CopyRows.literal(Instant.ofEpochSecond(group.period)));
        }
    }

    private void store(Connection connection, RollUpLevel level, List<SummedTile> tiles) throws SQLException {
        if (tiles.isEmpty()) {
            return;
        }
        Partitions table = partitions.get(level);
        if (table == null) {
            throw new IllegalStateException("no table for " + level);
        }
        table.require(tiles.stream().map(tile -> Instant.ofEpochSecond(tile.period())).collect(Collectors.toSet()));
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI()
                .copyIn("COPY " + level.to().table() + " (" + SummedTile.COLUMNS + ") FROM STDIN (FORMAT binary)");
        try {
            BinaryCopy out = BinaryCopy.into(copy);
            for (SummedTile tile : tiles) {
                tile.writeTo(out);
            }
            out.end();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static String list(Set<Integer> sources) {
        return sources.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
