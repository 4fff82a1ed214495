package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.postgres.MetricNotes.Due;

/**
 * Makes minutes of samples and hours of minutes. What is to be made stands in metric_due, put there by the transaction that stored the samples
 * and taken out by the one that makes the minute, so a kill at any moment loses and repeats nothing; what is made is always made from all there
 * is, so something late only has it made again.
 */
final class MetricRollup {

    /** Notes in one transaction: with some two hundred series each it takes about a second, with many series {@link Portion} makes them fewer. */
    private static final int AT_ONCE = 500;
    /** Calls come every few seconds, and a backlog must not keep one from ending. */
    private static final int MOST_TURNS = 40;
    /** After its end, for what is still on its way: what comes later costs another making, nothing else. */
    static final Duration GRACE = Duration.ofSeconds(30);
    private static final int NOTHING_LEFT = -1;
    private static final Logger LOG = LoggerFactory.getLogger(MetricRollup.class);
    /** "metr" in ASCII; two processes that made one minute at once would wait for each other. */
    private static final long LOCK = 0x6D657472L;

    /** Each series alone by its index, whatever the planner thinks of unnest; sums in a fixed order, so that they are the same each time. */
    private static final String MINUTES = """
            INSERT INTO metric_minute (series, time, count, sum, min, max, last, last_at, counts)
            SELECT s.number, d.time, a.count, a.sum, a.min, a.max, (a.last).value, (a.last).time, (a.last).counts
            FROM unnest(?::int[], ?::timestamptz[]) AS d (agent, time)
            JOIN metric_series s ON s.agent = d.agent AND NOT s.transient AND s.seen_on >= (d.time AT TIME ZONE 'UTC')::date - 1
            CROSS JOIN LATERAL (
                SELECT count(*) AS count, sum(m.value ORDER BY m.time, m.value) AS sum, min(m.value) AS min, max(m.value) AS max,
                       (array_agg(m ORDER BY m.time DESC, m.value DESC))[1] AS last
                FROM metric_sample m WHERE m.series = s.number AND m.time >= d.time AND m.time < d.time + INTERVAL '1 minute'
                    AND m.time >= ? AND m.time < ?) a
            WHERE a.count > 0
            """
            + Upsert.TEXT;
    private static final String HOURS = """
            INSERT INTO metric_hour (series, time, count, sum, min, max, last, last_at, counts)
            SELECT s.number, d.time, a.count, a.sum, a.min, a.max, (a.last).last, (a.last).last_at, (a.last).counts
            FROM unnest(?::int[], ?::timestamptz[]) AS d (agent, time)
            JOIN metric_series s ON s.agent = d.agent AND NOT s.transient AND s.seen_on >= (d.time AT TIME ZONE 'UTC')::date - 1
            CROSS JOIN LATERAL (
                SELECT sum(m.count) AS count, sum(m.sum ORDER BY m.time) AS sum, min(m.min) AS min, max(m.max) AS max,
                       (array_agg(m ORDER BY m.time DESC))[1] AS last
                FROM metric_minute m WHERE m.series = s.number AND m.time >= d.time AND m.time < d.time + INTERVAL '1 hour'
                    AND m.time >= ? AND m.time < ?) a
            WHERE a.count > 0
            """
            + Upsert.TEXT;

    private static final class Upsert {
        static final String TEXT = """
                ON CONFLICT (series, time) DO UPDATE SET count = excluded.count, sum = excluded.sum, min = excluded.min,
                    max = excluded.max, last = excluded.last, last_at = excluded.last_at, counts = excluded.counts""";
    }

    private enum Tier {
        MINUTE(Duration.ofMinutes(1), MINUTES), HOUR(Duration.ofHours(1), HOURS);

        final Duration length;
        final String make;

        Tier(Duration length, String make) {
            this.length = length;
            this.make = make;
        }
    }

    private final Transactions transactions;
    private final Partitions minutes;
    private final Partitions hours;
    private final Portion portion = new Portion(AT_ONCE);
    private final AtomicLong setAside = new AtomicLong();

    MetricRollup(Transactions transactions, Partitions minutes, Partitions hours) {
        this.transactions = transactions;
        this.minutes = minutes;
        this.hours = hours;
    }

    /** @return how many minutes and hours of agents were made */
    int run(Instant now) {
        return run(Tier.MINUTE, now) + run(Tier.HOUR, now);
    }

    private int run(Tier tier, Instant now) {
        Instant newest = now.minus(GRACE).minus(tier.length);
        requireRoom(tier, newest);
        int made = 0;
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            int more = portion(tier, now, newest);
            if (more == NOTHING_LEFT) {
                break;
            }
            made += more;
        }
        return made;
    }

    /** @return how many were made: 0 if these could not be; or {@link #NOTHING_LEFT} */
    private int portion(Tier tier, Instant now, Instant newest) {
        Set<Due> due = new LinkedHashSet<>();
        long began = System.nanoTime();
        try {
            transactions.run("roll up metrics", connection -> {
                due.clear();
                if (alone(connection)) {
                    due.addAll(MetricNotes.take(connection, tier.length, now, newest, portion.size()));
                }
                make(connection, tier, due);
                return true;
            });
        } catch (RuntimeException failure) {
            if (due.isEmpty() || !SqlTrouble.isOfContent(failure)) {
                throw failure;
            }
            portion.halve();
            if (due.size() == 1) {
                hold(tier, due.iterator().next(), now, failure);
            }
            return 0;
        }
        portion.done(Duration.ofNanos(System.nanoTime() - began));
        return due.isEmpty() ? NOTHING_LEFT : due.size();
    }

    /** Its readings stay what they are, and are read themselves; who rolls up goes on with the next. */
    private void hold(Tier tier, Due due, Instant now, RuntimeException failure) {
        setAside.incrementAndGet();
        Duration hold = Hold.after(failure);
        LOG.warn("Figures of node {}, {} s from {} on, cannot be added up; tried again in {} min", due.agent(),
                tier.length.toSeconds(), due.start(), hold.toMinutes(), failure);
        transactions.run("set figures aside", connection -> {
            MetricNotes.hold(connection, tier.length, due, now.plus(hold));
            return true;
        });
    }

    /** How often a minute or hour had to be set aside since this was made. */
    long setAside() {
        return setAside.get();
    }

    /** Before the transaction, because a partition is made in one of its own. */
    private void requireRoom(Tier tier, Instant newest) {
        Set<Instant> days = transactions.withConnection("look what metrics are to be rolled up",
                connection -> MetricNotes.days(connection, tier.length, newest));
        (tier == Tier.MINUTE ? minutes : hours).require(days);
    }

    private static void make(Connection connection, Tier tier, Set<Due> due) throws SQLException {
        if (due.isEmpty()) {
            return;
        }
        try (PreparedStatement make = connection.prepareStatement(tier.make)) {
            MetricNotes.set(connection, make, due);
            Instant first = due.stream().map(Due::start).min(Instant::compareTo).orElseThrow();
            Instant last = due.stream().map(Due::start).max(Instant::compareTo).orElseThrow();
            // Said once more as constants, by which the other days need not be looked at.
            make.setObject(3, first.atOffset(ZoneOffset.UTC));
            make.setObject(4, last.plus(tier.length).atOffset(ZoneOffset.UTC));
            make.executeUpdate();
        }
        if (tier == Tier.MINUTE) {
            MetricNotes.noteHours(connection, due);
        }
    }

    private static boolean alone(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_try_advisory_xact_lock(" + LOCK + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
