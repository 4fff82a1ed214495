package io.sentinelmesh.db;

import java.net.InetAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;

import static java.time.Duration.ofDays;
import static org.assertj.core.api.Assertions.assertThat;

/** The tables and the view of paths, on every flavour of a real database. */
public abstract class PathTablesContract {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);

    private final NodeId source = NodeId.random();
    private final NodeId destination = NodeId.random();
    /** An address that no other test has. */
    private final String router = "2001:db8:" + source.toString().substring(0, 4) + ":"
            + source.toString().substring(4, 8) + "::1";

    /** A store whose clock stands still. */
    protected abstract MeasurementStore storeAt(Instant now);

    protected abstract Connection connect() throws SQLException;

    @Test
    void the_view_names_both_ends_and_shows_hops_and_when_a_path_was_over() throws SQLException {
        try (MeasurementStore store = storeAt(NOW)) {
            send(store, trace(NOW.minusSeconds(60), "192.0.2.1", "*", "198.51.100.1"),
                    trace(NOW, "192.0.2.2", "*", "198.51.100.1"));
        }

        assertThat(ask("SELECT string_agg(concat_ws('|', destination, outcome, hop_count, hops, until = '" + NOW
                + "', current), ' then ' ORDER BY since) FROM v_paths WHERE source = '" + name(source) + "'"))
                .isEqualTo(name(destination) + "|reached|3|192.0.2.1 * 198.51.100.1|t|f then " + name(destination)
                        + "|reached|3|192.0.2.2 * 198.51.100.1|t");
    }

    @Test
    void the_view_knows_every_outcome() throws SQLException {
        try (MeasurementStore store = storeAt(NOW)) {
            for (TraceOutcome outcome : TraceOutcome.values()) {
                NodeId to = NodeId.random();
                store.append(List.of(batch(new PathTrace(to, NOW, InetAddress.ofLiteral("198.51.100.1"), 1,
                        path(outcome == TraceOutcome.REACHED, "192.0.2.1"), outcome, new TreeMap<>()))));
                assertThat(ask("SELECT outcome FROM v_paths WHERE destination = '" + name(to) + "'"))
                        .isEqualTo(outcome.label());
            }
        }
    }

    @Test
    void a_path_is_kept_once_whoever_takes_it() throws SQLException {
        try (MeasurementStore store = storeAt(NOW)) {
            for (int i = 0; i < 3; i++) {
                NodeId another = NodeId.random();
                store.append(List.of(new ReceivedBatch(another, UUID.randomUUID(), 1, List.of(), List.of(), List.of(),
                        List.of(trace(NOW, router, "198.51.100.1")), Duration.ZERO)));
            }
        }

        assertThat(ask("SELECT count(*) FROM path WHERE hops[1] = '" + router + "'")).isEqualTo("1");
    }

    @Test
    void what_was_not_seen_for_long_goes_and_with_it_a_path_that_nobody_takes() throws SQLException {
        Instant then = NOW.minus(ofDays(401));
        try (MeasurementStore old = storeAt(then); MeasurementStore store = storeAt(NOW)) {
            send(old, trace(then, router, "198.51.100.1"), trace(then.plusSeconds(1), "192.0.2.9", "198.51.100.1"));
            send(store, trace(NOW, "192.0.2.9", "198.51.100.1"));
            store.maintain(NOW);
        }

        assertThat(ask("SELECT string_agg(hops, ',') FROM v_paths WHERE source = '" + name(source) + "'"))
                .isEqualTo("192.0.2.9 198.51.100.1");
        assertThat(ask("SELECT count(*) FROM path WHERE hops[1] = '" + router + "'")).isEqualTo("0");
    }

    @Test
    void a_trace_from_before_the_retention_or_far_ahead_is_left_out_and_counted() throws SQLException {
        try (MeasurementStore store = storeAt(NOW)) {
            send(store, trace(NOW.minus(ofDays(8)), "192.0.2.1"), trace(NOW.plus(ofDays(2)), "192.0.2.1"));

            assertThat(store.paths().leftOut()).isEqualTo(2);
            assertThat(store.paths().newest(source, destination)).isEmpty();
        }
    }

    private void send(MeasurementStore store, PathTrace... traces) {
        store.append(List.of(batch(traces)));
    }

    private ReceivedBatch batch(PathTrace... traces) {
        return new ReceivedBatch(source, UUID.randomUUID(), 1, List.of(), List.of(), List.of(), List.of(traces),
                Duration.ZERO);
    }

    private PathTrace trace(Instant at, String... hops) {
        return new PathTrace(destination, at, InetAddress.ofLiteral("198.51.100.1"), 33_600, path(true, hops),
                TraceOutcome.REACHED, new TreeMap<>());
    }

    private static Path path(boolean reached, String... hops) {
        return new Path(Stream.of(hops).map(
                hop -> hop.equals("*") ? Optional.<InetAddress>empty() : Optional.of(InetAddress.ofLiteral(hop)))
                .toList(), reached);
    }

    private static String name(NodeId node) {
        return "unknown " + node.toString().substring(0, 8);
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).as("a row for: %s", sql).isTrue();
            return row.getString(1);
        }
    }
}
