package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.sentinelmesh.db.EventLog;
import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventQuery;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.Severity;
import io.sentinelmesh.db.event.StoredEvent;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.measurement.NodeId;

/** Table event. */
final class EventTable implements EventLog {

    private static final String ADD = """
            INSERT INTO event (time, type, severity, agent, peer, site, details) VALUES (?, ?, ?, ?, ?, ?, ?::jsonb)""";
    private static final String PAGE = """
            SELECT id, time, type, severity, agent, peer, site,
                   ARRAY(SELECT t FROM jsonb_each_text(details) l, unnest(ARRAY[l.key, l.value]) WITH ORDINALITY AS u (t, n) ORDER BY l.key, u.n)
            FROM event WHERE time >= ? AND time < ?""";
    private static final String LAST_NOTED = """
            SELECT agent FROM (
                SELECT DISTINCT ON (agent) agent, type FROM event
                WHERE agent IS NOT NULL AND peer IS NULL AND type = ANY (?) ORDER BY agent, time DESC, id DESC) newest
            WHERE type = ?""";
    /** A piece at a time, so that it never takes long. */
    private static final String FORGET = """
            DELETE FROM event WHERE id IN (
                SELECT id FROM event WHERE time < ? OR id <= (SELECT max(id) FROM event) - ? ORDER BY id LIMIT 50000)""";

    private final Transactions transactions;

    EventTable(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void append(List<Event> events) {
        transactions.run("note " + events.size() + " events", connection -> {
            add(connection, events);
            return true;
        });
    }

    /** As part of a transaction. */
    static void add(Connection connection, List<Event> events) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD)) {
            for (Event event : events) {
                set(statement, event);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void set(PreparedStatement statement, Event event) throws SQLException {
        statement.setObject(1, event.time().atOffset(ZoneOffset.UTC));
        statement.setString(2, event.type().label());
        statement.setString(3, event.type().severity().label());
        statement.setObject(4, null);
        statement.setObject(5, null);
        statement.setString(6, null);
        switch (event.subject()) {
            case Subject.Agent(NodeId id) -> statement.setObject(4, id.value());
            case Subject.Pair(NodeId source, NodeId destination) -> {
                statement.setObject(4, source.value());
                statement.setObject(5, destination.value());
            }
            case Subject.Site(String name) -> statement.setString(6, name);
        }
        statement.setString(7, LabelsJson.write(event.details()));
    }

    @Override
    public List<StoredEvent> page(EventQuery query) {
        List<Object> values = new ArrayList<>(
                List.of(query.from().atOffset(ZoneOffset.UTC), query.to().atOffset(ZoneOffset.UTC)));
        StringBuilder sql = new StringBuilder(PAGE);
        query.type().ifPresent(type -> add(sql, values, " AND type = ?", type.label()));
        query.subject().ifPresent(subject -> {
            switch (subject) {
                case Subject.Agent(NodeId id) ->
                    add(sql, values, " AND (agent = ? OR peer = ?)", id.value(), id.value());
                case Subject.Pair(NodeId source, NodeId destination) ->
                    add(sql, values, " AND agent = ? AND peer = ?", source.value(), destination.value());
                case Subject.Site(String name) -> add(sql, values, " AND site = ?", name);
            }
        });
        query.after().ifPresent(after -> add(sql, values, " AND (time, id) < (?, ?)",
                after.time().atOffset(ZoneOffset.UTC), after.id()));
        add(sql, values, " ORDER BY time DESC, id DESC LIMIT ?", query.limit());
        return transactions.withConnection("read the events", connection -> page(connection, sql.toString(), values));
    }

    private static void add(StringBuilder sql, List<Object> values, String clause, Object... more) {
        sql.append(clause);
        values.addAll(List.of(more));
    }

    private static List<StoredEvent> page(Connection connection, String sql, List<Object> values)
            throws SQLException {
        List<StoredEvent> events = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    events.add(event(rows));
                }
            }
        }
        return events;
    }

    private static StoredEvent event(ResultSet rows) throws SQLException {
        Optional<NodeId> agent = Optional.ofNullable(rows.getObject(5, UUID.class)).map(NodeId::new);
        Optional<NodeId> peer = Optional.ofNullable(rows.getObject(6, UUID.class)).map(NodeId::new);
        Subject subject = agent.isEmpty()
                ? new Subject.Site(rows.getString(7))
                : peer.<Subject>map(to -> new Subject.Pair(agent.get(), to))
                        .orElseGet(() -> new Subject.Agent(agent.get()));
        return new StoredEvent(rows.getLong(1), rows.getString(3),
                Severity.valueOf(rows.getString(4).toUpperCase(Locale.ROOT)),
                new Event(rows.getObject(2, OffsetDateTime.class).toInstant(),
                        EventType.ofLabel(rows.getString(3)).orElse(EventType.OTHER), subject,
                        LabelsJson.read((String[]) rows.getArray(8).getArray())));
    }

    @Override
    public Set<NodeId> lastNoted(EventType type, Set<EventType> among) {
        return transactions.withConnection("read of whom " + type.label() + " was noted last", connection -> {
            Set<NodeId> agents = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(LAST_NOTED)) {
                statement.setArray(1, connection.createArrayOf("text",
                        among.stream().map(EventType::label).toArray(String[]::new)));
                statement.setString(2, type.label());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        agents.add(new NodeId(rows.getObject(1, UUID.class)));
                    }
                }
            }
            return agents;
        });
    }

    void maintain(Instant now) {
        transactions.run("forget old events", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setObject(1, now.minus(KEPT).atOffset(ZoneOffset.UTC));
                statement.setInt(2, MOST_EVENTS);
                statement.executeUpdate();
            }
            return true;
        });
    }
}
