package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.StoreException;

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
    private static final Logger LOG = LoggerFactory.getLogger(RollUps.class);

    private final Transactions transactions;
    private final Map<RollUpLevel, Partitions> partitions;
    private final Map<RollUpLevel, Portion> portions = new EnumMap<>(RollUpLevel.class);
    private final AtomicLong setAside = new AtomicLong();

    /**
     * @param partitions of the table that each level fills
     */
    RollUps(Transactions transactions, Map<RollUpLevel, Partitions> partitions) {
        this.transactions = transactions;
        this.partitions = partitions;
        for (RollUpLevel level : RollUpLevel.values()) {
            portions.put(level, new Portion(KEYS_AT_ONCE));
        }
    }

    /** Sources that were measured in the same way in the same period. */
    private record Group(long period, int kind) {
    }

    /** @return whether more is due */
    boolean turn(Instant now) {
        boolean more = false;
        for (RollUpLevel level : RollUpLevel.values()) {
            requireRoom(level, now);
            Portion portion = Objects.requireNonNull(portions.get(level), "one for each level");
            long began = System.nanoTime();
            boolean full;
            do {
                full = portion(level, portion, now);
            } while (full && System.nanoTime() - began < TURN.toNanos());
            more |= full;
        }
        return more;
    }

    /** How often a period had to be set aside since this was made. */
    long setAside() {
        return setAside.get();
    }

    /**
     * Before the transactions that sum up: a partition is made in one of its own, and a second connection might not be had while those wait that store
     * what is marked here.
     */
    private void requireRoom(RollUpLevel level, Instant now) {
        transactions.withConnection("look what is to be summed up", connection -> {
            List<Instant> due = new ArrayList<>();
            OptionalLong next = DirtyPeriods.nextDue(connection, level, 0, now);
            while (next.isPresent()) {
                Instant period = Instant.ofEpochSecond(next.getAsLong());
                due.add(period);
                long end = level.to().end(level.to().firstDay(period)).getEpochSecond();
                next = DirtyPeriods.nextDue(connection, level, end, now);
            }
            return due;
        }).forEach(period -> {
            try {
                table(level).require(Set.of(period));
            } catch (StoreException refused) {
                // A partition on its way out, say: then summing these up fails, too, and they are set aside.
                if (!SqlTrouble.isOfContent(refused)) {
                    throw refused;
                }
            }
        });
    }

    private Partitions table(RollUpLevel level) {
        return Objects.requireNonNull(partitions.get(level), "a table for each level");
    }

    /** @return whether there may be more */
    private boolean portion(RollUpLevel level, Portion portion, Instant now) {
        int most = portion.size();
        List<DirtyPeriods.Key> keys = new ArrayList<>();
        long began = System.nanoTime();
        try {
            transactions.run("sum up " + level, connection -> {
                keys.clear();
                keys.addAll(DirtyPeriods.take(connection, level, now, most));
                sumUp(connection, level, keys);
                return true;
            });
        } catch (RuntimeException failure) {
            if (keys.isEmpty() || !SqlTrouble.isOfContent(failure)) {
                throw failure;
            }
            portion.halve();
            if (keys.size() == 1) {
                hold(level, keys.getFirst(), now, failure);
            }
            return true;
        }
        portion.done(Duration.ofNanos(System.nanoTime() - began));
        return keys.size() == most;
    }

    /** Its rounds stay what they are, and are read from below; who sums up goes on with the next. */
    private void hold(RollUpLevel level, DirtyPeriods.Key key, Instant now, RuntimeException failure) {
        setAside.incrementAndGet();
        Duration hold = Hold.after(failure);
        LOG.warn("{} of source {}, kind {}, from {} on cannot be summed up; tried again in {} min", level, key.source(),
                key.kind(), Instant.ofEpochSecond(key.period()), hold.toMinutes(), failure);
        transactions.run("set a period aside", connection -> {
            DirtyPeriods.hold(connection, level, key, now.plus(hold));
            return true;
        });
    }

    private void sumUp(Connection connection, RollUpLevel level, List<DirtyPeriods.Key> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        readByIndex(connection);
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
    }

    /** For the rest of this transaction. */
    static void readByIndex(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String setting : BY_INDEX) {
                statement.execute(setting);
            }
        }
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
        // As a rule there is room by now.
        table(level)
                .require(tiles.stream().map(tile -> Instant.ofEpochSecond(tile.period())).collect(Collectors.toSet()));
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
