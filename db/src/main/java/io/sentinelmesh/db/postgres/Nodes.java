package io.sentinelmesh.db.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.NodeIdTable;

/** Table node: every node's number. A number never changes, so what was committed is remembered. Thread-safe. */
final class Nodes {

    /** Enters nodes in the order of their ids, so that two transactions with the same nodes wait for one another instead of deadlocking. */
    private static final String INSERT_PLACEHOLDERS = """
            INSERT INTO node (id, role, name, site, address, placeholder)
            SELECT id, 'agent', 'unknown ' || left(id::text, 8), 'unknown', 'unknown', true
            FROM unnest(?::uuid[]) AS k (id) ORDER BY id
            ON CONFLICT (id) DO NOTHING""";

    /** A batch may describe endpoints; it may not rename an agent. */
    private static final String SAVE_ENDPOINTS = """
            INSERT INTO node (id, role, name, site, address)
            SELECT id, 'endpoint', name, site, address
            FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[]) AS k (id, name, site, address) ORDER BY id
            ON CONFLICT (id) DO UPDATE
            SET role = excluded.role, name = excluded.name, site = excluded.site, address = excluded.address, placeholder = false
            WHERE (node.role = 'endpoint' OR node.placeholder)
                AND (node.role, node.name, node.site, node.address) IS DISTINCT FROM (excluded.role, excluded.name, excluded.site, excluded.address)""";

    private static final String SAVE_AGENT = """
            INSERT INTO node (id, role, name, site, address)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE
            SET role = excluded.role, name = excluded.name, site = excluded.site, address = excluded.address, placeholder = false
            RETURNING number""";

    /** Never changed: a new one takes its place. */
    private volatile NodeIdTable numbers = new NodeIdTable();
    /** As this process last stored them, so that the same description again costs nothing. */
    private final Map<NodeId, MeshNode> storedEndpoints = new ConcurrentHashMap<>();

    /** Numbers found or given by one transaction; remembered for others only after it has committed. */
    final class InTransaction {

        private final Map<NodeId, Integer> found = new HashMap<>();
        private final Map<NodeId, MeshNode> endpoints = new HashMap<>();

        int number(NodeId id) {
            int committed = numbers.get(id);
            if (committed != NodeIdTable.ABSENT) {
                return committed;
            }
            Integer number = found.get(id);
            if (number == null) {
                throw new IllegalStateException("node " + id + " was not entered before its use");
            }
            return number;
        }

        boolean isKnown(NodeId id) {
            return numbers.get(id) != NodeIdTable.ABSENT || found.containsKey(id);
        }

        void enterEndpoints(Connection connection, Collection<MeshNode> described) throws SQLException {
            Map<NodeId, MeshNode> changed = new HashMap<>();
            for (MeshNode endpoint : described) {
                if (!endpoint.equals(storedEndpoints.get(endpoint.id()))) {
                    changed.put(endpoint.id(), endpoint);
                }
            }
            if (changed.isEmpty()) {
                return;
            }
            List<MeshNode> nodes = List.copyOf(changed.values());
            try (PreparedStatement statement = connection.prepareStatement(SAVE_ENDPOINTS)) {
                statement.setArray(1, uuids(connection, changed.keySet()));
                // Same collection order as the ids above: both iterate the one map.
                statement.setArray(2, texts(connection, nodes.stream().map(MeshNode::name).toList()));
                statement.setArray(3, texts(connection, nodes.stream().map(MeshNode::site).toList()));
                statement.setArray(4, texts(connection, nodes.stream().map(MeshNode::address).toList()));
                statement.executeUpdate();
            }
            endpoints.putAll(changed);
        }

        void enter(Connection connection, Set<NodeId> ids) throws SQLException {
            Set<NodeId> unknown = new TreeSet<>(ids);
            unknown.removeIf(this::isKnown);
            if (unknown.isEmpty()) {
                return;
            }
            try (PreparedStatement insert = connection.prepareStatement(INSERT_PLACEHOLDERS);
                    PreparedStatement select = connection
                            .prepareStatement("SELECT id, number FROM node WHERE id = ANY (?)")) {
                insert.setArray(1, uuids(connection, unknown));
                insert.executeUpdate();
                select.setArray(1, uuids(connection, unknown));
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.put(new NodeId(rows.getObject(1, UUID.class)), rows.getInt(2));
                    }
                }
            }
        }

        void committed() {
            remember(found);
            storedEndpoints.putAll(endpoints);
        }
    }

    private synchronized void remember(Map<NodeId, Integer> found) {
        if (!found.isEmpty()) {
            NodeIdTable more = numbers.copy();
            found.forEach(more::put);
            numbers = more;
        }
    }

    InTransaction begin() {
        return new InTransaction();
    }

    /** @return the agent's number */
    static int saveAgent(Connection connection, MeshNode node) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SAVE_AGENT)) {
            statement.setObject(1, node.id().value());
            statement.setString(2, node.role().name().toLowerCase(Locale.ROOT));
            statement.setString(3, node.name());
            statement.setString(4, node.site());
            statement.setString(5, node.address());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static Array uuids(Connection connection, Collection<NodeId> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.stream().map(NodeId::value).toArray());
    }

    private static Array texts(Connection connection, List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }
}
