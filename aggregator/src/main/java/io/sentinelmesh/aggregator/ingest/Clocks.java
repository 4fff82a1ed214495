package io.sentinelmesh.aggregator.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.wire.Frame;

/**
 * How far each agent's wall clock is from ours, and batches with that taken out of their times if it is more than {@link #LIMIT}. What is
 * within it stays as it is: times that jump about by milliseconds would help nobody. Called by the mesh thread only.
 *
 * <p>
 * An agent measures its clock by its own pings and tells it with each batch. Until it has, the time at which it said HELLO does. When a clock
 * is set, rows from before it may still wait in the agent's spool; so the offset before is remembered: after a step forwards every time up to
 * the last one told before the step is from before it, and after a step back every time that would now lie in the future. Rows that waited for
 * longer than the clock was set back cannot be told apart; they are taken for right.
 */
public final class Clocks {

    /** An offset beyond this is taken out. */
    public static final Duration LIMIT = Duration.ofSeconds(2);
    /** What is taken out already goes on to be until it is less than this: a clock at the limit must not make times jump back and forth. */
    static final Duration RIGHT_BELOW = Duration.ofMillis(1_500);
    /** A HELLO takes its time to get here. */
    static final Duration HELLO_LIMIT = Duration.ofSeconds(5);
    /** What was taken out stays the same until it is wrong by this much: one mark for many batches. */
    static final Duration STEADY = Duration.ofMillis(500);
    /** A batch that was sent this long ago may still be on its way here. */
    static final Duration LONGEST_TRANSIT = Duration.ofSeconds(30);
    /** Offsets beyond it are taken for this; 100 years, so that no sum overflows. */
    private static final Duration LARGEST = Duration.ofDays(36_525);

    private static final class Known {
        Duration hello = Duration.ZERO;
        Duration offset = Duration.ZERO;
        /** The one before, and the last time that was told by it. */
        Duration before = Duration.ZERO;
        Instant beforeUntil = Instant.MIN;
        Instant told = Instant.MIN;
    }

    private final Map<NodeId, Known> agents = new HashMap<>();

    /** An agent came. */
    public void hello(NodeId agent, Instant sentAt, Instant now) {
        Duration offset = between(now, sentAt);
        known(agent).hello = offset.abs().compareTo(HELLO_LIMIT) > 0 ? offset : Duration.ZERO;
    }

    private Known known(NodeId agent) {
        return agents.computeIfAbsent(agent, _ -> new Known());
    }

    /** How far ahead of ours the clock is by which its times are corrected; empty: they are not. */
    public Optional<Duration> correction(NodeId agent) {
        return Optional.ofNullable(agents.get(agent)).map(known -> known.offset).filter(offset -> !offset.isZero());
    }

    /** The same, zero if they are not corrected; empty: no batch came yet. */
    public Optional<Duration> judged(NodeId agent) {
        return Optional.ofNullable(agents.get(agent)).filter(known -> !known.told.equals(Instant.MIN))
                .map(known -> known.offset);
    }

    /** As the store takes it, its times by our clock. */
    public ReceivedBatch received(Frame.Batch batch, Instant now) {
        Known known = known(batch.agent());
        update(known, measured(known, batch, now), batch.sentAt());
        Duration largest = Duration.ZERO;
        for (MatrixRow row : batch.rows()) {
            largest = larger(largest, offsetAt(known, row.roundStart(), now));
        }
        for (HostMetric metric : batch.metrics()) {
            largest = larger(largest, offsetAt(known, metric.at(), now));
        }
        for (PathTrace trace : batch.traces()) {
            largest = larger(largest, offsetAt(known, trace.at(), now));
        }
        if (largest.isZero()) {
            return Received.of(batch);
        }
        List<MatrixRow> rows = batch.rows().stream().map(row -> new MatrixRow(row.source(), row.kind(),
                row.roundStart().minus(offsetAt(known, row.roundStart(), now)), row.roundLength(), row.results()))
                .toList();
        List<HostMetric> metrics = batch.metrics().stream().map(metric -> new HostMetric(metric.name(), metric.unit(),
                metric.labels(), metric.at().minus(offsetAt(known, metric.at(), now)), metric.value())).toList();
        List<PathTrace> traces = batch.traces().stream()
                .map(trace -> trace.at(trace.at().minus(offsetAt(known, trace.at(), now)))).toList();
        return new ReceivedBatch(batch.agent(), batch.boot(), batch.sequence(), batch.endpoints(), rows, metrics,
                traces, largest);
    }

    private static Duration larger(Duration one, Duration other) {
        return other.abs().compareTo(one.abs()) > 0 ? other : one;
    }

    /** What its clock is off by at this moment, as far as can be told. */
    private static Duration measured(Known known, Frame.Batch batch, Instant now) {
        // Less than the offset by the time it was on its way, never more.
        Duration arrived = between(now, batch.sentAt());
        Optional<ClockOffset> told = batch.health().flatMap(AgentHealth::clock);
        Duration offset = told.map(clock -> limited(clock.offsetMicros())).orElse(known.hello);
        Duration bound = told.map(clock -> limited(clock.boundMicros())).orElse(HELLO_LIMIT);
        if (arrived.compareTo(offset.plus(bound).plus(LIMIT)) > 0) {
            return arrived; // it was set forwards since it was measured: nothing arrives before it was sent
        }
        boolean setBack = arrived.compareTo(offset.minus(bound).minus(LONGEST_TRANSIT)) < 0
                && arrived.abs().compareTo(LONGEST_TRANSIT) <= 0 && !isFresh(batch);
        Duration limit = known.offset.isZero() ? LIMIT : RIGHT_BELOW;
        return setBack || offset.abs().compareTo(larger(limit, bound)) <= 0 ? Duration.ZERO : offset;
    }

    /** Whether its offset is of the moment of sending: an agent tells none from before its clock was set, so only a health that is older can. */
    private static boolean isFresh(Frame.Batch batch) {
        Optional<Duration> age = batch.health().filter(health -> health.clock().isPresent())
                .map(health -> Duration.between(health.at(), batch.sentAt()));
        return age.filter(since -> !since.isNegative() && since.compareTo(LONGEST_TRANSIT) <= 0).isPresent();
    }

    private static void update(Known known, Duration measured, Instant sentAt) {
        if (measured.minus(known.offset).abs().compareTo(STEADY) > 0) {
            known.before = known.offset;
            known.beforeUntil = known.told;
            known.offset = measured;
        }
        known.told = sentAt;
    }

    private static Duration offsetAt(Known known, Instant time, Instant now) {
        if (!known.beforeUntil.equals(Instant.MIN)) {
            boolean setForwards = known.before.compareTo(known.offset) < 0;
            if (setForwards
                    ? !time.isAfter(known.beforeUntil)
                    : between(now, time).compareTo(known.offset.plus(LIMIT)) > 0) {
                return known.before;
            }
        }
        return known.offset;
    }

    private static Duration limited(long micros) {
        long most = LARGEST.toSeconds() * 1_000_000;
        return Duration.ofNanos(Math.max(-most, Math.min(most, micros)) * 1_000);
    }

    private static Duration between(Instant from, Instant to) {
        Duration between = Duration.between(from, to);
        return between.abs().compareTo(LARGEST) > 0 ? (between.isNegative() ? LARGEST.negated() : LARGEST) : between;
    }
}
