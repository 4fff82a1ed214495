package io.sentinelmesh.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.metric.MetricHistory.Point;
import io.sentinelmesh.db.metric.MetricQuery;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

/** The tables and views of figures of hosts and of corrected clocks, on every flavour of a real database. */
public abstract class MetricTablesContract {

    private static final Instant HOUR = Instant.now().truncatedTo(ChronoUnit.HOURS);

    private final NodeId agent = NodeId.random();
    private final UUID boot = UUID.randomUUID();
    private long sequence;

    protected abstract MeasurementStore store();

    /** A store whose clock stands still. */
    protected abstract MeasurementStore storeAt(Instant now);

    protected abstract Connection connect() throws SQLException;

    @Test
    void the_newest_values_are_shown_by_name() throws SQLException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        send(store(), gauge("host_a", now.minusSeconds(60), 1), gauge("host_a", now.minusSeconds(30), 2),
                gauge("host_a", now.minus(Duration.ofHours(1)), 3));

        assertThat(ask("SELECT string_agg(name || labels || type || value, ',') FROM v_recent_values WHERE agent = '"
                + name() + "'")).isEqualTo("host_a{\"kind\": \"k\"}gauge2");
    }

    @Test
    void the_top_is_ranked_by_mean_or_by_growth_and_a_counter_that_began_anew_grew_all_the_same() throws SQLException {
        String top = "host_top_" + agent.toString().replace('-', '_');
        Instant start = HOUR.minus(Duration.ofHours(5));
        for (int hour = 0; hour < 4; hour++) {
            Instant at = start.plusSeconds(3_600L * hour);
            send(store(), new HostMetric(top, "", Map.of("n", "small"), at, new MetricValue.Gauge(hour)),
                    new HostMetric(top, "", Map.of("n", "large"), at, new MetricValue.Gauge(10 + hour)),
                    new HostMetric(top + "_total", "", Map.of(), at,
                            new MetricValue.Counter(hour < 3 ? 3_600 * hour : 1_800)));
        }
        store().metrics().rollUp(HOUR.plusSeconds(3_600));

        assertThat(ask("SELECT string_agg(rank || (labels ->> 'n') || mean || ':' || max, ',' ORDER BY rank)"
                + " FROM v_top_metrics WHERE name = '" + top + "'")).isEqualTo("1large11.5:13,2small1.5:3");
        // 0, 3600, 7200, then anew and up to 1800: 9000 in three hours.
        assertThat(ask("SELECT round(per_second * 10800) FROM v_top_metrics WHERE name = '" + top + "_total'"))
                .isEqualTo("9000");
    }

    @Test
    void the_top_reads_two_days_of_hours_however_many_there_are() throws SQLException {
        for (int days : new int[]{0, 30, 60, 90}) {
            Instant then = HOUR.minus(Duration.ofDays(days));
            try (MeasurementStore old = storeAt(then)) {
                send(old, gauge("host_b", then.minus(Duration.ofHours(3)), days));
                old.metrics().rollUp(then);
            }
        }

        String plan = ask("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM v_top_metrics"
                + " WHERE name = 'host_b'");

        assertThat(ask("SELECT count(*) FROM metric_hour h JOIN metric_series s ON s.number = h.series"
                + " WHERE s.name = 'host_b'")).isEqualTo("4");
        // Once a part, however it is read; what is made ahead is among them.
        Set<String> read = plan.lines().filter(line -> line.contains("can on ") && !line.contains("never executed"))
                .map(line -> line.replaceAll(".* on (metric_hour_\\d{8}|_hyper_\\w*chunk).*", "$1"))
                .filter(part -> part.matches("metric_hour_\\d{8}|_hyper_\\w*chunk")).collect(Collectors.toSet());
        assertThat(read).as(plan).hasSizeBetween(1, 3);
        for (String part : read) {
            assertThat(end(part)).as("%s in %s", part, plan).isAfter(HOUR.minus(Duration.ofHours(26)));
        }
    }

    private Instant end(String part) throws SQLException {
        return part.startsWith("metric_hour_")
                ? LocalDate.parse(part.substring("metric_hour_".length()), DateTimeFormatter.BASIC_ISO_DATE)
                        .plusDays(28).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.ofEpochSecond(Long.parseLong(ask("SELECT extract(epoch FROM range_end)::bigint FROM"
                        + " timescaledb_information.chunks WHERE chunk_name = '" + part + "'")));
    }

    @Test
    void as_many_processes_as_there_may_be_keep_no_disk_out() throws SQLException {
        send(store(), gauge("host_d", HOUR.minusSeconds(60), 1));
        run("INSERT INTO metric_series (agent, identity, name, unit, type, labels, transient, seen_on) SELECT s.agent,"
                + " gen_random_uuid(), 'host_process', '', 1, '{}', true, s.seen_on FROM metric_series s, generate_series(1, "
                + MetricStore.MOST_PASSING_SERIES_OF_AGENT + ") WHERE s.agent = (SELECT number FROM node WHERE id = '"
                + agent + "')");
        long before = store().metrics().leftOut();

        send(store(), gauge("host_disk", HOUR, 1), new HostMetric("host_d", "", Map.of("pid", "1"), HOUR,
                new MetricValue.Gauge(1)));

        assertThat(store().metrics().leftOut() - before).as("a process more").isEqualTo(1);
        assertThat(ask("SELECT count(*) FROM metric_series s JOIN node n ON n.number = s.agent WHERE n.id = '" + agent
                + "' AND s.name = 'host_disk'")).isEqualTo("1");
        run("DELETE FROM metric_series WHERE name = 'host_process'");
    }

    @Test
    void a_minute_that_cannot_be_made_is_set_aside_and_keeps_no_other_from_it() throws SQLException {
        Instant then = HOUR.minus(Duration.ofHours(5));
        long setAside = store().metrics().setAside();
        for (int minute = 0; minute < 3; minute++) {
            send(store(), gauge("host_e", then.plusSeconds(60L * minute), minute));
        }
        run("CREATE FUNCTION refuse_minute() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.time = ''"
                + then.plusSeconds(60) + "'' THEN RAISE ''no''; END IF; RETURN NEW; END'");
        run("CREATE TRIGGER refuse_minute BEFORE INSERT ON metric_minute FOR EACH ROW EXECUTE FUNCTION refuse_minute()");
        try {
            store().metrics().rollUp(HOUR);
        } finally {
            run("DROP TRIGGER refuse_minute ON metric_minute");
            run("DROP FUNCTION refuse_minute()");
        }
        String minutes = "SELECT string_agg(last::text, ',' ORDER BY m.time) FROM metric_minute m JOIN metric_series s"
                + " ON s.number = m.series JOIN node n ON n.number = s.agent WHERE n.id = '" + agent + "'";

        assertThat(ask(minutes)).isEqualTo("0,2");
        assertThat(store().metrics().setAside() - setAside).isEqualTo(1);
        assertThat(store().metrics().history(new MetricQuery(agent, "host_e", Map.of(), then, HOUR,
                Duration.ofMinutes(1), 10)).orElseThrow().getFirst().points()).extracting(Point::last)
                .containsExactly(0.0, 1.0, 2.0);
        store().metrics().rollUp(HOUR);
        assertThat(ask(minutes)).as("not yet").isEqualTo("0,2");

        store().metrics().rollUp(HOUR.plus(Duration.ofHours(1)));

        assertThat(ask(minutes)).isEqualTo("0,1,2");
    }

    @Test
    void days_and_series_beyond_their_time_are_forgotten() throws SQLException {
        Instant then = HOUR.minus(Duration.ofDays(500));
        try (MeasurementStore old = storeAt(then)) {
            send(old, gauge("host_c", then.minus(Duration.ofHours(3)), 1), new HostMetric("host_c", "",
                    Map.of("pid", "1"), then.minus(Duration.ofHours(3)), new MetricValue.Gauge(1)));
            old.metrics().rollUp(then);
            String hours = "SELECT count(*) FROM metric_hour WHERE series = "
                    + ask("SELECT number FROM metric_series WHERE name = 'host_c' AND NOT transient");
            old.maintain(then.plus(Duration.ofDays(12)));
            assertThat(ask("SELECT string_agg(labels::text, ',') FROM metric_series WHERE name = 'host_c'"))
                    .as("figures of what is soon gone go with the readings").isEqualTo("{\"kind\": \"k\"}");
            assertThat(ask("SELECT count(*) FROM metric_sample WHERE time < '" + then + "'")).isEqualTo("0");
            assertThat(ask(hours)).isEqualTo("1");

            old.maintain(then.plus(Duration.ofDays(435)));
            assertThat(ask("SELECT count(*) FROM metric_series WHERE name = 'host_c'")).isEqualTo("0");
            assertThat(ask(hours)).isEqualTo("0");
        }
    }

    @Test
    void batches_whose_clock_was_corrected_are_marked_once_for_each_offset() throws SQLException {
        for (int offset : new int[]{3_600, 3_600, 0, 3_600, -5, -5}) {
            store().append(
                    List.of(new ReceivedBatch(agent, boot, ++sequence, List.of(), List.of(), List.of(), List.of(),
                            Duration.ofSeconds(offset))));
        }

        assertThat(ask("SELECT string_agg(from_sequence || '-' || to_sequence || ':' || offset_us / 1000000, ','"
                + " ORDER BY from_sequence) FROM clock_correction WHERE agent = '" + agent + "'"))
                .isEqualTo("1-2:3600,4-4:3600,5-6:-5");
    }

    /** As an agent that did not say HELLO is called. */
    private String name() {
        return "unknown " + agent.toString().substring(0, 8);
    }

    private static HostMetric gauge(String name, Instant at, double value) {
        return new HostMetric(name, "", Map.of("kind", "k"), at, new MetricValue.Gauge(value));
    }

    private void send(MeasurementStore to, HostMetric... metrics) {
        to.append(List.of(new ReceivedBatch(agent, boot, ++sequence, List.of(), List.of(), List.of(metrics))));
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            StringBuilder lines = new StringBuilder();
            while (rows.next()) {
                lines.append(lines.isEmpty() ? "" : "\n").append(rows.getString(1));
            }
            return lines.toString();
        }
    }
}
