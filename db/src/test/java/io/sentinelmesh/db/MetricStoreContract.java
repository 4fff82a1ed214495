package io.sentinelmesh.db;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.metric.MetricHistory;
import io.sentinelmesh.db.metric.MetricHistory.Point;
import io.sentinelmesh.db.metric.MetricQuery;
import io.sentinelmesh.db.metric.MetricSteps;
import io.sentinelmesh.db.metric.MetricType;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** What every store does with figures of hosts. Each test has an agent of its own. */
public abstract class MetricStoreContract {

    /** An hour begins here, and has ended. */
    private static final Instant NOON = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(ofHours(3));
    private static final Instant LATER = NOON.plus(ofHours(3));
    private static final int ALL = 100_000;

    private final NodeId agent = NodeId.random();
    private final UUID boot = UUID.randomUUID();
    private long sequence;

    protected abstract MeasurementStore store();

    @Test
    void figures_of_every_type_come_back_as_they_were_sent() {
        Map<String, String> labels = Map.of("mount", "/srv/\"a\\b\"", "type", "Gr\u00fc\u00dfe");
        send(new HostMetric("host_free", "bytes", labels, NOON, new MetricValue.Gauge(-1.5)),
                new HostMetric("host_seen_total", "", Map.of(), NOON, new MetricValue.Counter(7)),
                new HostMetric("host_waits", "seconds", Map.of(), NOON,
                        new MetricValue.Histogram(List.of(0.1, 1.0), List.of(1L, 2L, 1L << 40), 12.25)));

        assertThat(read("host_free", ofSeconds(10))).containsExactly(new MetricHistory("host_free", "bytes",
                MetricType.GAUGE, labels, List.of(), List.of(point(NOON, -1.5))));
        assertThat(read("host_seen_total", ofSeconds(10))).containsExactly(new MetricHistory("host_seen_total", "",
                MetricType.COUNTER, Map.of(), List.of(), List.of(point(NOON, 7))));
        assertThat(read("host_waits", ofSeconds(10)).getFirst())
                .isEqualTo(new MetricHistory("host_waits", "seconds", MetricType.HISTOGRAM, Map.of(),
                        List.of(0.1, 1.0), List.of(new Point(NOON, 1, 12.25, 12.25, 12.25, 12.25, NOON,
                                List.of(1L, 2L, 1L << 40)))));
    }

    @Test
    void a_batch_that_comes_again_counts_once() {
        ReceivedBatch batch = new ReceivedBatch(agent, boot, 1, List.of(), List.of(), List.of(load(NOON, "1", 2)));

        store().append(List.of(batch, batch));
        store().append(List.of(batch));
        store().metrics().rollUp(LATER);

        assertThat(read("host_load", ofHours(1)).getFirst().points()).extracting(Point::count).containsExactly(1L);
    }

    @Test
    void only_series_with_the_labels_asked_for_are_told() {
        send(load(NOON, "1", 2), load(NOON, "5", 3));

        assertThat(store().metrics().history(new MetricQuery(agent, "host_load", Map.of("minutes", "5"), NOON, LATER,
                ofSeconds(10), ALL)).orElseThrow()).extracting(MetricHistory::labels)
                .containsExactly(Map.of("minutes", "5"));
        assertThat(store().metrics().history(new MetricQuery(NodeId.random(), "host_load", Map.of(), NOON, LATER,
                ofSeconds(10), ALL)).orElseThrow()).isEmpty();
    }

    @Test
    void more_points_than_asked_for_are_no_answer() {
        send(load(NOON, "1", 2), load(NOON, "5", 3));

        assertThat(store().metrics()
                .history(new MetricQuery(agent, "host_load", Map.of(), NOON, LATER, ofSeconds(10), 1))).isEmpty();
    }

    /** Sums of whole numbers are exact, in whichever order they are made. */
    @Test
    void minutes_and_hours_are_what_adding_up_all_readings_gives_in_whatever_order_they_came() {
        Random random = new Random(7);
        List<HostMetric> left = new ArrayList<>();
        for (int second = 0; second < 2 * 3_600; second += 30) {
            left.add(load(NOON.plusSeconds(second), "1", random.nextInt(-1_000, 1_000)));
            left.add(load(NOON.plusSeconds(second).plusMillis(7), "5", second));
        }
        Collections.shuffle(left, random);

        while (!left.isEmpty()) {
            int taken = Math.min(left.size(), 1 + random.nextInt(80));
            send(left.subList(0, taken).toArray(HostMetric[]::new));
            left.subList(0, taken).clear();
            if (random.nextBoolean()) {
                store().metrics().rollUp(NOON.plusSeconds(random.nextInt(3 * 3_600)));
            }
            assertTiersAgree();
        }
        store().metrics().rollUp(LATER);

        assertTiersAgree();
        assertThat(read("host_load", ofHours(1))).flatExtracting(MetricHistory::points).extracting(Point::count)
                .containsExactly(120L, 120L, 120L, 120L);
        assertThat(store().metrics().rollUp(LATER)).as("nothing is left to be made").isZero();
    }

    private void assertTiersAgree() {
        List<MetricHistory> raw = read("host_load", ofSeconds(10));
        for (Duration step : List.of(ofMinutes(1), ofMinutes(5), ofHours(1))) {
            List<MetricHistory> recomputed = raw.stream().map(series -> {
                MetricSteps steps = new MetricSteps(step);
                series.points().forEach(steps::add);
                return new MetricHistory(series.name(), series.unit(), series.type(), series.labels(),
                        series.bounds(), steps.finish());
            }).toList();
            assertThat(read("host_load", step)).as("steps of %s", step).isEqualTo(recomputed);
        }
    }

    @Test
    void two_who_roll_up_at_once_count_nothing_twice() throws Exception {
        for (int minute = 0; minute < 60; minute++) {
            send(load(NOON.plusSeconds(60L * minute), "1", minute));
        }
        List<Callable<Integer>> both = List.of(() -> store().metrics().rollUp(LATER),
                () -> store().metrics().rollUp(LATER));
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<Integer> each : threads.invokeAll(both)) {
                each.get();
            }
        }
        store().metrics().rollUp(LATER);

        assertThat(read("host_load", ofHours(1)).getFirst().points())
                .containsExactly(new Point(NOON, 60, 59 * 30, 0, 59, 59, NOON.plusSeconds(59 * 60), List.of()));
    }

    @Test
    void a_counter_keeps_its_last_reading_and_when_it_was() {
        for (int n = 0; n < 4; n++) {
            send(new HostMetric("host_interrupts_total", "", Map.of(), NOON.plusSeconds(15L * n),
                    new MetricValue.Counter(100 + 10 * n)));
        }
        store().metrics().rollUp(LATER);

        Point minute = read("host_interrupts_total", ofMinutes(1)).getFirst().points().getFirst();
        assertThat(minute.last()).isEqualTo(130);
        assertThat(minute.lastAt()).isEqualTo(NOON.plusSeconds(45));
    }

    @Test
    void figures_of_what_is_soon_gone_are_told_too() {
        send(new HostMetric("host_process_threads", "", Map.of("pid", "17", "name", "db"), NOON,
                new MetricValue.Gauge(4)));
        store().metrics().rollUp(LATER);

        assertThat(read("host_process_threads", ofHours(1)).getFirst().points())
                .containsExactly(point(NOON, 4));
    }

    @Test
    void an_agent_with_too_many_series_keeps_those_it_had_and_the_rest_is_counted() {
        long before = store().metrics().leftOut();
        int most = MetricStore.MOST_SERIES_OF_AGENT;
        List<HostMetric> many = new ArrayList<>();
        for (int n = 0; n < most + 10; n++) {
            many.add(new HostMetric("host_flood", "", Map.of("n", "x" + n), NOON, new MetricValue.Gauge(n)));
        }
        send(many.subList(0, most).toArray(HostMetric[]::new));
        send(many.subList(most, most + 10).toArray(HostMetric[]::new));
        send(new HostMetric("host_flood", "", Map.of("n", "x5"), NOON.plusSeconds(30), new MetricValue.Gauge(1)));

        assertThat(store().metrics().leftOut() - before).isEqualTo(10);
        assertThat(store().metrics().history(
                new MetricQuery(agent, "host_flood", Map.of("n", "x5"), NOON, LATER, ofSeconds(10), ALL)).orElseThrow()
                .getFirst().points()).hasSize(2);
    }

    @Test
    void a_figure_too_large_to_be_added_up_is_left_out_and_keeps_no_other_from_its_minute() {
        long before = store().metrics().leftOut();
        send(load(NOON, "1", Double.MAX_VALUE), load(NOON.plusSeconds(20), "1", -Double.MAX_VALUE),
                load(NOON.plusSeconds(30), "1", MetricStore.LARGEST_FIGURE),
                load(NOON.plusSeconds(40), "1", MetricStore.LARGEST_FIGURE), load(NOON, "5", 3));
        store().metrics().rollUp(LATER);

        assertThat(store().metrics().leftOut() - before).isEqualTo(2);
        assertThat(read("host_load", ofHours(1))).extracting(series -> series.points().getFirst().sum())
                .containsExactly(2 * MetricStore.LARGEST_FIGURE, 3.0);
    }

    @Test
    void what_a_window_cuts_off_an_hour_or_a_minute_does_not_count_and_the_rest_does() {
        send(IntStream.range(0, 360).mapToObj(n -> load(NOON.plusSeconds(20L * n), "1", 20 * n))
                .toArray(HostMetric[]::new));
        for (boolean summedUp : new boolean[]{false, true}) {
            if (summedUp) {
                store().metrics().rollUp(LATER);
            }
            for (int[] window : new int[][]{{20 * 60, 50 * 60}, {20 * 60 + 10, 50 * 60 + 30}, {50 * 60, 70 * 60 + 30},
                    {10 * 60, 120 * 60}, {0, 110 * 60 + 50}, {30, 50}, {60 * 60, 120 * 60}}) {
                Instant from = NOON.plusSeconds(window[0]);
                Instant to = NOON.plusSeconds(window[1]);
                List<Point> readings = read("host_load", ofSeconds(20), from, to);
                assertThat(readings.stream().mapToLong(Point::count).sum())
                        .isEqualTo(Math.ceilDiv(window[1], 20) - Math.ceilDiv(window[0], 20));
                for (Duration step : List.of(ofMinutes(1), ofHours(1))) {
                    MetricSteps steps = new MetricSteps(step);
                    readings.forEach(steps::add);
                    assertThat(read("host_load", step, from, to))
                            .as("%s from %s to %s, summed up: %s", step, from, to, summedUp).isEqualTo(steps.finish());
                }
            }
        }
    }

    private List<Point> read(String name, Duration step, Instant from, Instant to) {
        return store().metrics().history(new MetricQuery(agent, name, Map.of(), from, to, step, ALL)).orElseThrow()
                .getFirst().points();
    }

    private static Point point(Instant at, double value) {
        return new Point(at, 1, value, value, value, value, at, List.of());
    }

    private static HostMetric load(Instant at, String minutes, double value) {
        return new HostMetric("host_load", "", Map.of("minutes", minutes), at, new MetricValue.Gauge(value));
    }

    private void send(HostMetric... metrics) {
        store().append(
                List.of(new ReceivedBatch(agent, boot, ++sequence, List.of(), List.of(), List.of(metrics))));
    }

    private List<MetricHistory> read(String name, Duration step) {
        return store().metrics().history(new MetricQuery(agent, name, Map.of(), NOON, LATER, step, ALL)).orElseThrow()
                .stream().sorted(Comparator.comparing(series -> series.labels().toString())).toList();
    }
}
