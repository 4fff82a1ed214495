package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.db.NameTakenException;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** Table agent, and the agents' part of table node. */
final class Agents {

    private static final String NAME_INDEX = "node_agent_name";

    private static final String SAVE = """
            INSERT INTO agent (node, software_version, rung, remedy, boot, started_at, last_seen, has_left, reflector_port,
                further_addresses, behind_nat)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (node) DO UPDATE
            SET software_version = excluded.software_version, rung = excluded.rung, remedy = excluded.remedy, boot = excluded.boot,
                started_at = excluded.started_at, last_seen = greatest(agent.last_seen, excluded.last_seen), has_left = excluded.has_left,
                reflector_port = excluded.reflector_port, further_addresses = excluded.further_addresses, behind_nat = excluded.behind_nat""";
    private static final String TOUCH = """
            UPDATE agent SET last_seen = greatest(last_seen, ?), has_left = ?
            FROM node WHERE node.number = agent.node AND node.id = ?""";
    private static final String LIST = """
            SELECT n.id, n.name, n.site, n.address, a.software_version, a.rung, a.remedy, a.boot, a.started_at, a.last_seen, a.has_left,
                a.reflector_port, a.further_addresses, a.behind_nat
            FROM agent a JOIN node n ON n.number = a.node
            ORDER BY n.name""";

    private Agents() {
    }

    static boolean save(Connection connection, AgentRecord agent) throws SQLException {
        if (agent.node().role() != MeshNode.Role.AGENT) {
            throw new IllegalArgumentException(agent.node().name() + " is no agent");
        }
        int node;
        try {
            node = Nodes.saveAgent(connection, agent.node());
        } catch (PSQLException e) {
            if (SqlTrouble.stateOf(e).equals(SqlTrouble.UNIQUE_VIOLATION) && e.getServerErrorMessage() != null
                    && NAME_INDEX.equals(e.getServerErrorMessage().getConstraint())) {
                throw new NameTakenException("another agent is called '" + agent.node().name()
                        + "': give this one another name");
            }
            throw e;
        }
        try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
            statement.setInt(1, node);
            statement.setString(2, agent.softwareVersion());
            statement.setString(3, agent.rung());
            statement.setString(4, agent.remedy());
            statement.setObject(5, agent.boot());
            statement.setObject(6, agent.startedAt().atOffset(ZoneOffset.UTC));
            statement.setObject(7, agent.lastSeen().atOffset(ZoneOffset.UTC));
            statement.setBoolean(8, agent.left());
            statement.setInt(9, agent.node().reflectorPort());
            statement.setArray(10,
                    connection.createArrayOf("text", agent.node().furtherAddresses().toArray()));
            switch (agent.node().reach()) {
                case UNKNOWN -> statement.setNull(11, Types.BOOLEAN);
                case DIRECT -> statement.setBoolean(11, false);
                case BEHIND_NAT -> statement.setBoolean(11, true);
            }
            return statement.executeUpdate() > 0;
        }
    }

    static boolean touch(Connection connection, NodeId agent, Instant lastSeen, boolean left) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TOUCH)) {
            statement.setObject(1, lastSeen.atOffset(ZoneOffset.UTC));
            statement.setBoolean(2, left);
            statement.setObject(3, agent.value());
            return statement.executeUpdate() > 0;
        }
    }

    static List<AgentRecord> list(Connection connection) throws SQLException {
        List<AgentRecord> agents = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LIST);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                MeshNode node = new MeshNode(new NodeId(row.getObject(1, UUID.class)), MeshNode.Role.AGENT,
                        row.getString(2), row.getString(3), row.getString(4), row.getInt(12),
                        List.of((String[]) row.getArray(13).getArray()), reach(row.getObject(14, Boolean.class)));
                agents.add(new AgentRecord(node, row.getString(5), row.getString(6), row.getString(7),
                        row.getObject(8, UUID.class), row.getObject(9, OffsetDateTime.class).toInstant(),
                        row.getObject(10, OffsetDateTime.class).toInstant(), row.getBoolean(11)));
            }
        }
        return agents;
    }

    private static MeshNode.Reach reach(@Nullable Boolean behindNat) {
        if (behindNat == null) {
            return MeshNode.Reach.UNKNOWN;
        }
        return behindNat ? MeshNode.Reach.BEHIND_NAT : MeshNode.Reach.DIRECT;
    }
}
