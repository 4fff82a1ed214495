package io.sentinelmesh.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.Tiers.Tier;
import io.sentinelmesh.db.memory.InMemoryMeasurementStore;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** What the tiers above the rounds do on every flavour of a real database. The truth is a store in memory, which has no tiers. */
public abstract class TierContract {

    private static final Duration ROUND = ofSeconds(10);
    private static final Duration MINUTE = ofMinutes(1);
    private static final int ALL = 100_000;

    private final NodeId source = NodeId.random();
    private final List<NodeId> destinations = new ArrayList<>();
    /** A whole hour, so that minutes and hours are whole; long enough ago to be due. */
    private final Instant hour = MeasurementStoreContract.NOON.minus(ofHours(3));
    private final InMemoryMeasurementStore truth = new InMemoryMeasurementStore();

    protected TierContract() {
        for (int i = 0; i < 70; i++) {
            destinations.add(NodeId.random());
        }
    }

    protected abstract MeasurementStore store();

    protected abstract MeasurementStore another(Clock clock);

    protected abstract Connection connect() throws SQLException;

    @RepeatedTest(4)
    void tiers_equal_the_rounds_in_whatever_order_and_however_often_these_came(RepetitionInfo turn)
            throws SQLException {
        Random random = new Random(turn.getCurrentRepetition());
        List<ReceivedBatch> batches = batches(random, 60);
        Collections.shuffle(batches, random);
        for (ReceivedBatch batch : batches) {
            append(store(), random.nextInt(5) == 0 ? List.of(batch, batch) : List.of(batch));
            if (random.nextInt(4) == 0) {
                store().tiers().rollUp(Instant.now());
            }
            if (random.nextInt(15) == 0) {
                // Half summed up: each period is read from where it is right.
                checkAgainstTruth(MINUTE);
                checkAgainstTruth(ofHours(1));
            }
        }
        rollUpAll();

        checkAgainstTruth(MINUTE);
        checkAgainstTruth(ofHours(1));
        String minutes = content("tile_minute");
        String hours = content("tile_hour");
        assertThat(minutes).isNotEmpty();
        run("INSERT INTO rollup_dirty SELECT DISTINCT 1, date_trunc('minute', time), source, kind FROM tile WHERE source = "
                + number() + " ON CONFLICT DO NOTHING");
        rollUpAll();
        assertThat(content("tile_minute")).as("made anew from the rounds").isEqualTo(minutes);
        assertThat(content("tile_hour")).isEqualTo(hours);
        run("DELETE FROM tile WHERE source = " + number());
        checkAgainstTruth(MINUTE);
        run("DELETE FROM tile_minute WHERE source = " + number());
        checkAgainstTruth(ofHours(1));
    }

    @Test
    void what_is_stored_while_others_sum_up_is_summed_up_too() throws Exception {
        List<ReceivedBatch> batches = batches(new Random(11), 120);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger(2);
        try (MeasurementStore second = another(Clock.systemUTC());
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> work = new ArrayList<>();
            for (MeasurementStore each : List.of(store(), second)) {
                work.add(() -> {
                    for (int i = next.getAndIncrement(); i < batches.size(); i = next.getAndIncrement()) {
                        append(each, List.of(batches.get(i)));
                    }
                    return writers.decrementAndGet() >= 0;
                });
                work.add(() -> {
                    while (writers.get() > 0) {
                        each.tiers().rollUp(Instant.now());
                    }
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
        }
        rollUpAll();

        run("DELETE FROM tile WHERE source = " + number());
        checkAgainstTruth(MINUTE);
        run("DELETE FROM tile_minute WHERE source = " + number());
        checkAgainstTruth(ofHours(1));
    }

    @Test
    void a_period_that_cannot_be_summed_up_is_set_aside_and_keeps_no_other_from_it() throws SQLException {
        append(store(), batches(new Random(12), 5));
        rollUpAll();
        String before = content("tile_minute");
        append(store(), List.of(batch(hour.plus(MINUTE), 5, 100, 200), batch(hour.plus(MINUTE.multipliedBy(2)), 5, 300),
                batch(hour.plus(ofHours(1)), 5, 400)));
        long setAside = store().tiers().setAside();
        refuse(hour.plus(MINUTE), "P0001");
        try {
            rollUpAll();
            assertThat(content("tile_minute")).isNotEqualTo(before);
            assertThat(store().tiers().setAside() - setAside).isEqualTo(1);
            assertThat(ask("SELECT string_agg(tier || ' ' || extract(epoch FROM period)::bigint, ',') FROM rollup_dirty"
                    + " WHERE source = " + number()))
                    .as("the hour is made without it").isEqualTo("1 " + hour.plus(MINUTE).getEpochSecond());
            checkAgainstTruth(MINUTE);
            checkAgainstTruth(ofHours(1));
        } finally {
            refuseNothing();
        }
        rollUpAll();
        assertThat(ask("SELECT count(*) FROM rollup_dirty WHERE source = " + number())).isEqualTo("1");

        rollUpAll(Instant.now().plus(ofHours(1)));

        assertThat(ask("SELECT count(*) FROM rollup_dirty WHERE source = " + number())).isEqualTo("0");
        run("DELETE FROM tile WHERE source = " + number());
        checkAgainstTruth(MINUTE);
        run("DELETE FROM tile_minute WHERE source = " + number());
        checkAgainstTruth(ofHours(1));
    }

    @Test
    void a_period_that_only_took_too_long_is_tried_again_soon() throws SQLException {
        append(store(), List.of(batch(hour, 5, 100)));
        refuse(hour, "57014");
        Instant now = Instant.now();
        try {
            rollUpAll(now);
        } finally {
            refuseNothing();
        }
        rollUpAll(now.plus(ofMinutes(4)));
        assertThat(content("tile_minute")).isEmpty();

        rollUpAll(now.plus(ofMinutes(6)));

        assertThat(content("tile_minute")).isNotEmpty();
    }

    private void refuseNothing() throws SQLException {
        run("DROP TRIGGER refuse_sum ON tile_minute");
        run("DROP FUNCTION refuse_sum()");
    }

    private void refuse(Instant minute, String state) throws SQLException {
        run("CREATE FUNCTION refuse_sum() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.time = ''" + minute
                + "'' AND NEW.source = " + number() + " THEN RAISE ''no'' USING ERRCODE = ''" + state
                + "''; END IF; RETURN NEW; END'");
        run("CREATE TRIGGER refuse_sum BEFORE INSERT ON tile_minute FOR EACH ROW EXECUTE FUNCTION refuse_sum()");
    }

    @Test
    void a_summing_up_that_the_database_cannot_do_changes_nothing_and_is_done_later() throws SQLException {
        append(store(), batches(new Random(12), 5));
        rollUpAll();
        String minutes = content("tile_minute");
        append(store(), List.of(batch(hour.plus(MINUTE), 5, 100, 200)));
        run("ALTER TABLE tile_minute RENAME TO tile_minute_away");
        try {
            assertThatThrownBy(() -> store().tiers().rollUp(Instant.now())).isInstanceOf(StoreException.class);
        } finally {
            run("ALTER TABLE tile_minute_away RENAME TO tile_minute");
        }
        assertThat(content("tile_minute")).isEqualTo(minutes);
        checkAgainstTruth(MINUTE);
        rollUpAll();

        assertThat(content("tile_minute")).isNotEqualTo(minutes);
        checkAgainstTruth(MINUTE);
    }

    @Test
    void an_hour_is_made_once_when_all_its_minutes_are() throws SQLException {
        append(store(), batches(new Random(17), 20));
        run("CREATE FUNCTION count_hour() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''hours_made''); RETURN NEW; END'");
        run("CREATE SEQUENCE hours_made");
        run("CREATE TRIGGER count_hour BEFORE INSERT ON tile_hour FOR EACH ROW WHEN (NEW.source = " + number()
                + ") EXECUTE FUNCTION count_hour()");
        try (Connection late = connect(); Statement statement = late.createStatement()) {
            // Somebody is storing into the last minute of the first hour: it cannot be summed up yet.
            late.setAutoCommit(false);
            assertThat(statement.executeUpdate("UPDATE rollup_dirty SET source = source WHERE source = " + number()
                    + " AND tier = 1 AND period = (SELECT max(period) FROM rollup_dirty WHERE source = " + number()
                    + " AND tier = 1 AND period < '" + hour.plus(ofHours(1)) + "')")).isEqualTo(1);
            rollUpAll();
            late.rollback();
            rollUpAll();

            // Two tiles an hour.
            assertThat(ask("SELECT last_value FROM hours_made")).isEqualTo("4");
            checkAgainstTruth(ofHours(1));
        } finally {
            run("DROP TRIGGER count_hour ON tile_hour");
            run("DROP FUNCTION count_hour()");
            run("DROP SEQUENCE hours_made");
        }
    }

    @Test
    void a_backlog_of_three_days_opens_closed_periods_again() throws SQLException {
        Instant then = hour.minus(ofDays(3));
        append(store(), List.of(batch(then, 1, 100), batch(then.plus(ofHours(1)), 1, 100)));
        rollUpAll();

        append(store(), List.of(batch(then.plus(ROUND), 9, 300, 500), batch(then.plus(ofHours(1)).plus(ROUND), 2)));
        rollUpAll();

        run("DELETE FROM tile WHERE source = " + number());
        run("DELETE FROM tile_minute WHERE source = " + number());
        assertThat(store().history(source, destinations.getFirst(), ICMP_ECHO, then, then.plus(ofHours(2)), ofHours(1),
                ALL).points()).extracting(HistoryPoint::sent, HistoryPoint::received)
                .containsExactly(tuple(10L, 3L),
                        tuple(3L, 1L));
    }

    @Test
    void what_a_window_cuts_off_a_period_does_not_count() {
        append(store(), batches(new Random(14), 40));
        rollUpAll();

        checkAgainstTruth(MINUTE, hour.plusSeconds(130), hour.plus(ofMinutes(20)).plusSeconds(10));
        checkAgainstTruth(ofHours(1), hour.plusSeconds(130), hour.plus(ofHours(1)).plusSeconds(70));
        checkAgainstTruth(MINUTE, hour.plusSeconds(10), hour.plusSeconds(50));
    }

    @Test
    void of_what_is_older_than_the_rounds_kept_the_finest_tier_left_is_shown() throws SQLException {
        append(store(), List.of(batch(hour, 10, 100), batch(hour.plus(ROUND), 10, 300)));
        rollUpAll();
        run("DELETE FROM tile WHERE source = " + number());

        try (MeasurementStore later = another(Clock.offset(Clock.systemUTC(), StoreConfig.DEFAULT_RETENTION))) {
            PairHistory found = later.history(source, destinations.getFirst(), ICMP_ECHO, hour.plus(ROUND),
                    hour.plus(MINUTE), ROUND, ALL);
            assertThat(found.step()).isEqualTo(MINUTE);
            assertThat(found.points()).singleElement().extracting(HistoryPoint::start, HistoryPoint::sent)
                    .containsExactly(hour, 20L);
        }
    }

    @Test
    void of_what_is_older_than_the_minutes_kept_hours_are_shown_in_steps_of_whole_hours() throws SQLException {
        append(store(), List.of(batch(hour, 10, 100), batch(hour.plus(ofMinutes(70)), 10, 300)));
        rollUpAll();
        run("DELETE FROM tile WHERE source = " + number());
        run("DELETE FROM tile_minute WHERE source = " + number());

        try (MeasurementStore later = another(Clock.offset(Clock.systemUTC(), Retention.DEFAULT.minutes()))) {
            PairHistory found = later.history(source, destinations.getFirst(), ICMP_ECHO, hour, hour.plus(ofHours(3)),
                    ofMinutes(90), ALL);
            assertThat(found.step()).isEqualTo(ofHours(2));
            assertThat(found.points().stream().mapToLong(HistoryPoint::sent).sum()).isEqualTo(20);
            assertThat(found.points()).allMatch(point -> point.start().getEpochSecond() % 7_200 == 0);
        }
    }

    @Test
    void the_views_show_what_the_tiers_hold() throws SQLException {
        append(store(), batches(new Random(15), 30));
        rollUpAll();

        for (NodeId destination : List.of(destinations.getFirst(), destinations.getLast())) {
            for (HistoryPoint point : history(store(), destination, MINUTE, hour, hour.plus(ofHours(1)))) {
                checkView("v_results_minute", destination, point);
            }
            checkView("v_results_hour", destination,
                    history(store(), destination, ofHours(1), hour, hour.plus(ofHours(1))).getFirst());
        }
    }

    private void checkView(String view, NodeId destination, HistoryPoint point) throws SQLException {
        String figures = point.delays().map(Delays::toString).orElse("none");
        assertThat(ask(
                "SELECT received || ' of ' || sent || ' ' || coalesce('Delays[min=' || min_us || ', lowerQuartile=' ||"
                        + " lower_quartile_us || ', median=' || median_us || ', upperQuartile=' || upper_quartile_us || ', max=' ||"
                        + " max_us || ', mean=' || floor(mean_us + 0.5) || ']', 'none') FROM " + view
                        + " WHERE time = '"
                        + point.start() + "' AND source = (SELECT name FROM node WHERE number = " + number()
                        + ") AND destination = (SELECT name FROM node WHERE id = '" + destination + "')"))
                .isEqualTo(point.received() + " of " + point.sent() + " " + figures);
    }

    @Test
    void the_room_that_each_tier_takes_is_told() {
        append(store(), batches(new Random(16), 5));
        rollUpAll();

        assertThat(store().tiers().space(Instant.now())).hasSize(Tier.values().length).allSatisfy(space -> {
            assertThat(space.bytes()).isPositive();
            assertThat(space.bytesPerDay()).isPositive();
            assertThat(space.forecastBytes()).isGreaterThanOrEqualTo(space.bytes());
        });
    }

    /** Of an hour and a half; some rounds cut in two, some pairs silent, some results missing. */
    private List<ReceivedBatch> batches(Random random, int count) {
        List<ReceivedBatch> batches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<MatrixRow> rows = new ArrayList<>();
            for (int j = 0; j < 3; j++) {
                Instant start = hour.plus(ROUND.multipliedBy(random.nextInt(540)));
                List<PairResult> results = new ArrayList<>();
                for (NodeId destination : destinations) {
                    if (random.nextInt(10) > 0) {
                        results.add(PairResult.of(destination, 10,
                                random.ints(random.nextInt(8) == 0 ? 0 : 10, 300, 100_000).toArray()));
                    }
                }
                rows.add(new MatrixRow(source, ICMP_ECHO, start, ROUND, results));
            }
            batches.add(new ReceivedBatch(source, UUID.randomUUID(), 1, List.of(), rows));
        }
        return batches;
    }

    private ReceivedBatch batch(Instant start, int sent, int... delays) {
        return new ReceivedBatch(source, UUID.randomUUID(), 1, List.of(),
                List.of(new MatrixRow(source, ICMP_ECHO, start,
                        ROUND, List.of(PairResult.of(destinations.getFirst(), sent, delays)))));
    }

    private void append(MeasurementStore to, List<ReceivedBatch> batches) {
        to.append(batches);
        truth.append(batches);
    }

    private void rollUpAll() {
        rollUpAll(Instant.now());
    }

    private void rollUpAll(Instant now) {
        while (store().tiers().rollUp(now)) {
            // As long as there is more.
        }
    }

    private void checkAgainstTruth(Duration step) {
        checkAgainstTruth(step, hour, hour.plus(ofHours(2)));
    }

    private void checkAgainstTruth(Duration step, Instant from, Instant to) {
        for (NodeId destination : List.of(destinations.getFirst(), destinations.get(33), destinations.getLast())) {
            List<HistoryPoint> expected = history(truth, destination, step, from, to);
            List<HistoryPoint> found = history(store(), destination, step, from, to);
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                checkPoint(found.get(i), expected.get(i));
            }
        }
    }

    private static void checkPoint(HistoryPoint found, HistoryPoint expected) {
        assertThat(found).extracting(HistoryPoint::start, HistoryPoint::sent, HistoryPoint::received)
                .containsExactly(expected.start(), expected.sent(), expected.received());
        assertThat(found.delays().isPresent()).isEqualTo(expected.delays().isPresent());
        if (expected.delays().isPresent()) {
            Delays one = found.delays().orElseThrow();
            Delays other = expected.delays().orElseThrow();
            assertThat(one).extracting(Delays::min, Delays::max, Delays::mean).containsExactly(other.min(), other.max(),
                    other.mean());
            near(one.lowerQuartile(), other.lowerQuartile());
            near(one.median(), other.median());
            near(one.upperQuartile(), other.upperQuartile());
        }
    }

    private static void near(int found, int expected) {
        assertThat(Math.abs(found - expected)).as("%d for %d", found, expected)
                .isLessThanOrEqualTo(expected / DelaySketch.ERROR_DIVISOR);
    }

    private List<HistoryPoint> history(MeasurementStore from, NodeId destination, Duration step, Instant start,
            Instant end) {
        return from.history(source, destination, ICMP_ECHO, start, end, step, ALL).points();
    }

    private String content(String table) throws SQLException {
        return ask(
                "SELECT coalesce(string_agg(time || ' ' || tile || ' ' || md5(cells), ',' ORDER BY time, tile), '') FROM "
                        + table + " WHERE source = " + number());
    }

    private String number() throws SQLException {
        return ask("SELECT number FROM node WHERE id = '" + source + "'");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
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
