package io.sentinelmesh.db.postgres;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.Tiers;

/** What the store needs once an hour. */
final class Maintenance {

    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    /** So that midnight passes without anybody making a table. */
    private static final int DAYS_AHEAD = 2;
    /** Between what is accepted and what is dropped, so that a partition never goes while a round for it is on its way. */
    static final Duration DROP_MARGIN = Duration.ofHours(1);
    /** A repeated batch is at least this much too old to be stored when its cursor is forgotten. */
    private static final Duration CURSOR_MARGIN = Duration.ofDays(1);
    /** For summing up what is about to lose what it is made from; somebody waits for the thread that calls. */
    private static final Duration LAST_TRIES = Duration.ofSeconds(20);

    private final Transactions transactions;
    private final Retention retention;
    private final Partitions rounds;
    private final Map<RollUpLevel, Partitions> summed;
    private final Tiers tiers;
    private final MetricTables metrics;
    private final EventTable events;
    private final PathTables paths;

    Maintenance(Transactions transactions, Retention retention, Partitions rounds,
            Map<RollUpLevel, Partitions> summed, Tiers tiers, MetricTables metrics, EventTable events,
            PathTables paths) {
        this.transactions = transactions;
        this.retention = retention;
        this.rounds = rounds;
        this.summed = summed;
        this.tiers = tiers;
        this.metrics = metrics;
        this.events = events;
        this.paths = paths;
    }

    void makePartitionsAhead(Instant now) {
        Set<Instant> days = IntStream.rangeClosed(0, DAYS_AHEAD)
                .mapToObj(day -> now.atOffset(ZoneOffset.UTC).plusDays(day).toInstant()).collect(Collectors.toSet());
        rounds.require(days);
        summed.values().forEach(table -> table.require(days));
        metrics.makeAhead(days);
    }

    /** Each part has its turn, whatever became of the others: what is not dropped fills the disk. */
    void run(Instant now) {
        Chores chores = new Chores();
        chores.run(() -> makePartitionsAhead(now));
        Instant oldestRounds = now.minus(retention.raw()).minus(DROP_MARGIN);
        Instant oldestMinutes = now.minus(retention.minutes()).minus(DROP_MARGIN);
        chores.run(() -> sumUp(now, oldestRounds, oldestMinutes));
        chores.run(() -> drop(RollUpLevel.MINUTES, rounds, oldestRounds));
        chores.run(() -> drop(RollUpLevel.HOURS, summed(RollUpLevel.MINUTES), oldestMinutes));
        chores.run(() -> summed(RollUpLevel.HOURS).dropBefore(now.minus(retention.hours()).minus(DROP_MARGIN)));
        metrics.maintain(now, chores);
        chores.run(() -> events.maintain(now));
        chores.run(() -> paths.maintain(now));
        Instant forgotten = now.minus(retention.raw()).minus(StorableRounds.MAX_AHEAD).minus(CURSOR_MARGIN);
        chores.run(() -> transactions.run("forget old boots", connection -> {
            Cursors.forget(connection, forgotten);
            ClockCorrections.forget(connection);
            return true;
        }));
        chores.finish();
    }

    /** One turn as a rule: the caller has others to look after, and what is not summed up is not dropped. What was set aside has a last try. */
    private void sumUp(Instant now, Instant oldestRounds, Instant oldestMinutes) {
        int held = transactions.run("look what is to be tried for the last time",
                connection -> DirtyPeriods.release(connection, RollUpLevel.MINUTES, oldestRounds, now)
                        + DirtyPeriods.release(connection, RollUpLevel.HOURS, oldestMinutes, now));
        long began = System.nanoTime();
        boolean more = tiers.rollUp(now);
        while (more && held > 0 && System.nanoTime() - began < LAST_TRIES.toNanos()) {
            more = tiers.rollUp(now);
        }
    }

    /** Not before everything in it is summed up. */
    private void drop(RollUpLevel above, Partitions table, Instant oldest) {
        if (transactions.withConnection("look what is not summed up yet",
                connection -> DirtyPeriods.anyBefore(connection, above, oldest))) {
            LOG.warn("Old partitions below {} are kept until they are summed up; next try at the next maintenance",
                    above);
        } else {
            table.dropBefore(oldest);
        }
    }

    private Partitions summed(RollUpLevel level) {
        return Objects.requireNonNull(summed.get(level), "a table for each level");
    }
}
