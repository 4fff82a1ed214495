package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.sentinelmesh.db.reads.PairScope;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** Who stands behind the numbers of tiles, as one snapshot knows it. */
final class MeshDirectory {

    private static final String NODES = "SELECT number, id, role, name, site, address FROM node";

    private final Map<Integer, MeshNode> nodes;
    private final Map<Long, int[]> layouts;

    private MeshDirectory(Map<Integer, MeshNode> nodes, Map<Long, int[]> layouts) {
        this.nodes = nodes;
        this.layouts = layouts;
    }

    static MeshDirectory load(Connection connection) throws SQLException {
        Map<Long, int[]> layouts = new HashMap<>();
        CopyRows.read(connection, "SELECT source, tile, destination FROM tile_layout", row -> {
            long key = key(row.int4(), row.int2());
            layouts.put(key, row.ints());
        });
        return new MeshDirectory(nodes(connection), layouts);
    }

    /** By number. */
    static Map<Integer, MeshNode> nodes(Connection connection) throws SQLException {
        Map<Integer, MeshNode> nodes = new HashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(NODES)) {
            while (rows.next()) {
                nodes.put(rows.getInt(1), new MeshNode(new NodeId(rows.getObject(2, UUID.class)),
                        MeshNode.Role.valueOf(rows.getString(3).toUpperCase(Locale.ROOT)), rows.getString(4),
                        rows.getString(5), rows.getString(6)));
            }
        }
        return nodes;
    }

    private static long key(int source, int tile) {
        return (long) source << 16 | tile;
    }

    MeshNode node(int number) {
        MeshNode node = nodes.get(number);
        if (node == null) {
            throw new IllegalStateException("a tile of node " + number + ", which table node does not have");
        }
        return node;
    }

    /** By cell. */
    int[] destinations(int source, int tile) {
        int[] destinations = layouts.get(key(source, tile));
        if (destinations == null) {
            throw new IllegalStateException("a tile " + tile + " of node " + source + ", which has no such layout");
        }
        return destinations;
    }

    /** The numbers of the sources in that scope; empty: it is all of them. */
    Optional<List<Integer>> sources(PairScope scope) {
        return scope.source().isEmpty() && scope.sourceSite().isEmpty()
                ? Optional.empty()
                : Optional.of(nodes.entrySet().stream().filter(node -> scope.hasSource(node.getValue()))
                        .map(Map.Entry::getKey).sorted().toList());
    }
}
