package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import io.sentinelmesh.measurement.NodeId;

/**
 * Every source's layout the other way round, from cell to destination, for who reads all pairs. Some four bytes a pair. As layouts are only ever
 * appended to, what is known stays true, but may be too short. Thread-safe.
 */
final class LayoutBook {

    private static final NodeId[] NONE = {};

    private volatile Known known = new Known(Map.of(), Map.of());

    /** What was known at one moment. */
    record Known(Map<Integer, NodeId> nodes, Map<Long, NodeId[]> tiles) {

        NodeId node(int number) {
            NodeId node = nodes.get(number);
            if (node == null) {
                throw new IllegalStateException("a tile of node " + number + ", which table node does not have");
            }
            return node;
        }

        /** By cell; nothing if this tile is not known. */
        NodeId[] destinations(int source, int tile) {
            return tiles.getOrDefault(key(source, tile), NONE);
        }
    }

    private static long key(int source, int tile) {
        return (long) source << 16 | tile;
    }

    Known known() {
        return known;
    }

    Known load(Connection connection) throws SQLException {
        Map<Long, int[]> numbers = new HashMap<>(2 * known.tiles.size());
        CopyRows.read(connection, "SELECT source, tile, destination FROM tile_layout", row -> {
            long key = key(row.int4(), row.int2());
            numbers.put(key, row.ints());
        });
        // After the layouts: whatever they name is there.
        Map<Integer, NodeId> nodes = new HashMap<>();
        CopyRows.read(connection, "SELECT number, id FROM node", row -> nodes.put(row.int4(), new NodeId(row.uuid())));
        Map<Long, NodeId[]> tiles = new HashMap<>(2 * numbers.size());
        numbers.forEach((key, destinations) -> {
            NodeId[] ids = new NodeId[destinations.length];
            for (int cell = 0; cell < ids.length; cell++) {
                NodeId id = nodes.get(destinations[cell]);
                if (id == null) {
                    throw new IllegalStateException("a layout names node " + destinations[cell]
                            + ", which table node does not have");
                }
                ids[cell] = id;
            }
            tiles.put(key, ids);
        });
        Known loaded = new Known(nodes, tiles);
        known = loaded;
        return loaded;
    }
}
