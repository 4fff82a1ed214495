package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.sentinelmesh.db.PairHistory;
import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.history.StepMerger;
import io.sentinelmesh.db.tile.PeriodTileReader;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * Reads one pair's history from the coarsest tier that fits, each period from exactly one tier: what is not summed up, or no longer right, and what
 * the window cuts off a period, from the tier below. For one call.
 */
final class HistoryReader {

    /** More stale stretches than this are read as one: a query each would cost more than the rows between them. */
    private static final int MOST_STRETCHES = 32;

    private final Connection connection;
    private final Place place;
    private final int kind;
    private final Retention retention;
    private final Instant now;
    private final StepMerger merger;
    private final RoundTileReader rounds = new RoundTileReader();
    private final PeriodTileReader periods = new PeriodTileReader();

    private HistoryReader(Connection connection, Place place, ProbeKind kind, Retention retention, Instant now,
            StepMerger merger) {
        this.connection = connection;
        this.place = place;
        this.kind = kind.number();
        this.retention = retention;
        this.now = now;
        this.merger = merger;
    }

    /** What is asked for (see MeasurementStore.history). */
    record Window(Instant from, Instant to, Duration step, int limit) {
    }

    static PairHistory read(Connection connection, NodeId source, NodeId destination, ProbeKind kind,
            Window window, Retention retention, Instant now) throws SQLException {
        Duration step = finestKept(window.from, retention, now).map(level -> whole(window.step, level))
                .orElse(window.step);
        StepMerger merger = new StepMerger(step, window.limit);
        Optional<Place> place = Place.find(connection, source, destination);
        if (place.isPresent()) {
            HistoryReader reader = new HistoryReader(connection, place.get(), kind, retention, now, merger);
            reader.read(coarsest(step), window.from, window.to);
        }
        return new PairHistory(step, merger.finish());
    }

    /** Steps that are no whole periods of the only tier that goes back so far would be read from a finer one, and its end be a gap. */
    private static Duration whole(Duration step, RollUpLevel level) {
        long length = level.length().toMillis();
        return Duration.ofMillis(Math.ceilDiv(step.toMillis(), length) * length);
    }

    /** Empty: rounds. */
    private static Optional<RollUpLevel> finestKept(Instant from, Retention retention, Instant now) {
        if (!from.isBefore(now.minus(retention.raw()))) {
            return Optional.empty();
        }
        return Optional.of(from.isBefore(now.minus(retention.minutes())) ? RollUpLevel.HOURS : RollUpLevel.MINUTES);
    }

    /** Whose periods make up the step; empty: rounds. */
    private static Optional<RollUpLevel> coarsest(Duration step) {
        if (fits(RollUpLevel.HOURS, step)) {
            return Optional.of(RollUpLevel.HOURS);
        }
        return fits(RollUpLevel.MINUTES, step) ? Optional.of(RollUpLevel.MINUTES) : Optional.empty();
    }

    private static boolean fits(RollUpLevel level, Duration step) {
        return step.toMillis() % level.length().toMillis() == 0;
    }

    private static Optional<RollUpLevel> below(RollUpLevel level) {
        return level == RollUpLevel.HOURS ? Optional.of(RollUpLevel.MINUTES) : Optional.empty();
    }

    private void read(Optional<RollUpLevel> level, Instant from, Instant to) throws SQLException {
        if (!from.isBefore(to)) {
            return;
        }
        if (level.isEmpty()) {
            readRounds(from, to);
            return;
        }
        RollUpLevel periodic = level.get();
        Duration belowKept = periodic == RollUpLevel.MINUTES ? retention.raw() : retention.minutes();
        Instant first = edge(periodic, from, !from.isBefore(now.minus(belowKept)));
        Instant end = edge(periodic, to, to.isBefore(now.minus(belowKept)));
        if (!first.isBefore(end)) {
            read(below(periodic), from, to);
            return;
        }
        read(below(periodic), from, first);
        readWhole(periodic, first, end);
        read(below(periodic), end, to);
    }

    /** A period that the window cuts: read from below as far as it lies inside, or, where nothing is left below, taken as a whole. */
    private static Instant edge(RollUpLevel level, Instant time, boolean up) {
        Instant start = Instant.ofEpochSecond(level.periodOf(time));
        return start.equals(time) || !up ? start : start.plus(level.length());
    }

    private void readWhole(RollUpLevel level, Instant first, Instant end) throws SQLException {
        long[] stale = DirtyPeriods.stale(connection, level, place.source(), kind, first.getEpochSecond(),
                end.getEpochSecond());
        long length = level.length().toSeconds();
        int stretches = 0;
        for (int i = 0; i < stale.length; i++) {
            stretches += i == 0 || stale[i] != stale[i - 1] + length ? 1 : 0;
        }
        Instant done = first;
        for (int i = 0; i < stale.length;) {
            int last = i;
            while (last + 1 < stale.length
                    && (stretches > MOST_STRETCHES || stale[last + 1] == stale[last] + length)) {
                last++;
            }
            readPeriods(level, done, Instant.ofEpochSecond(stale[i]));
            done = Instant.ofEpochSecond(stale[last] + length);
            read(below(level), Instant.ofEpochSecond(stale[i]), done);
            i = last + 1;
        }
        readPeriods(level, done, end);
    }

    private void readRounds(Instant from, Instant to) throws SQLException {
        CopyRows.read(connection, place.query(Cut.RAW, kind, from, to), row -> {
            long time = CopyRows.epochMillis(row.timestamp());
            int bytes = row.bytes();
            if (rounds.open(row.buffer(), row.offset(), bytes).seek(place.cell())) {
                merger.add(time, rounds);
            }
        });
    }

    private void readPeriods(RollUpLevel level, Instant from, Instant to) throws SQLException {
        if (!from.isBefore(to)) {
            return;
        }
        CopyRows.read(connection, place.query(level.to(), kind, from, to), row -> {
            long time = CopyRows.epochMillis(row.timestamp());
            int bytes = row.bytes();
            merger.add(time, periods.open(row.buffer(), row.offset(), bytes), place.cell());
        });
    }
}
