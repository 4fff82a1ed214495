package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Table tile_layout. Layouts only grow, so what was committed is remembered and stays true, whoever else adds to the table. Slots are given
 * per source, in the order of first appearance: so tiles are full even when every source probes a different few of many nodes, which slots
 * shared by all sources would scatter over many nearly empty tiles. Thread-safe.
 */
final class Layouts {

    /** Two appends that add to the same source take turns. */
    private static final String LOCK_SOURCE = "SELECT FROM node WHERE number = ? FOR NO KEY UPDATE";
    private static final String READ = "SELECT destination FROM tile_layout WHERE source = ? ORDER BY tile";
    private static final String APPEND = """
            INSERT INTO tile_layout (source, tile, destination) VALUES (?, ?, ?)
            ON CONFLICT (source, tile) DO UPDATE SET destination = tile_layout.destination || excluded.destination""";

    private final Map<Integer, Layout> committed = new ConcurrentHashMap<>();

    /** Layouts read or extended by one transaction; remembered for others only after it has committed. */
    final class InTransaction {

        private final Map<Integer, Layout> extended = new HashMap<>();

        /** Knows a slot for each destination afterwards. Sources must be asked for in ascending order: they are locked. */
        Layout require(Connection connection, int source, Set<Integer> destinations) throws SQLException {
            Layout layout = known(source);
            if (newOnes(layout, destinations).length == 0) {
                return layout;
            }
            try (PreparedStatement lock = connection.prepareStatement(LOCK_SOURCE)) {
                lock.setInt(1, source);
                lock.executeQuery().close();
            }
            Layout stored = read(connection, source);
            int[] added = newOnes(stored, destinations);
            if (added.length > 0) {
                append(connection, source, stored.size(), added);
            }
            Layout complete = stored.plus(added);
            extended.put(source, complete);
            return complete;
        }

        Layout known(int source) {
            Layout own = extended.get(source);
            return own != null ? own : committed.getOrDefault(source, Layout.EMPTY);
        }

        void committed() {
            // Of two transactions that end at the same time, the longer layout is the newer.
            extended.forEach((source, layout) -> committed.merge(source, layout,
                    (one, other) -> one.size() >= other.size() ? one : other));
        }
    }

    InTransaction begin() {
        return new InTransaction();
    }

    private static int[] newOnes(Layout layout, Set<Integer> destinations) {
        return destinations.stream().mapToInt(Integer::intValue)
                .filter(destination -> layout.slotOf(destination) == Layout.NO_SLOT).sorted().toArray();
    }

    private static Layout read(Connection connection, int source) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setInt(1, source);
            IntStream.Builder destinations = IntStream.builder();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    for (Integer destination : (Integer[]) rows.getArray(1).getArray()) {
                        destinations.add(destination);
                    }
                }
            }
            return Layout.EMPTY.plus(destinations.build().toArray());
        }
    }

    private static void append(Connection connection, int source, int firstSlot, int[] added) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(APPEND)) {
            int done = 0;
            while (done < added.length) {
                int slot = firstSlot + done;
                int count = Math.min(Tile.CELLS - slot % Tile.CELLS, added.length - done);
                statement.setInt(1, source);
                statement.setInt(2, slot / Tile.CELLS);
                statement.setArray(3, connection.createArrayOf("int4",
                        Arrays.stream(added, done, done + count).boxed().toArray()));
                statement.executeUpdate();
                done += count;
            }
        }
    }
}
