package io.sentinelmesh.aggregator.ingest;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.TraceOutcome;
import io.sentinelmesh.wire.Frame;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class ClocksTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration UNKNOWN = ofDays(-1);

    private final NodeId agent = NodeId.random();
    private final Clocks clocks = new Clocks();
    private Instant now = NOON;

    /** A batch of one round that began a minute ago or so, of an agent whose clock is this far ahead and who knows it or not. */
    private ReceivedBatch received(Duration ahead, Duration told, Duration age) {
        // What it tells was found by the clock as it was then.
        return clocks.received(batch(now.plus(ahead), told, now.plus(told), now.plus(ahead).minus(age)), now);
    }

    private Frame.Batch batch(Instant sentAt, Duration told, Instant roundStart) {
        return batch(sentAt, told, sentAt, roundStart);
    }

    private Frame.Batch batch(Instant sentAt, Duration told, Instant toldAt, Instant roundStart) {
        Optional<AgentHealth> health = told.equals(UNKNOWN)
                ? Optional.empty()
                : Optional.of(new AgentHealth(toldAt, ofSeconds(10), ProberFigures.NONE, ProcessFigures.NONE,
                        SpoolFigures.NONE, Optional.of(new ClockOffset(told.toNanos() / 1_000, 5_000)),
                        HealthVerdict.WELL));
        MatrixRow row = new MatrixRow(agent, ProbeKind.ICMP_ECHO, roundStart, ofSeconds(10), List.of());
        return new Frame.Batch(agent, UUID.randomUUID(), 1, sentAt, List.of(), List.of(row), 0, health,
                List.of(new HostMetric("host_load", "", Map.of(), roundStart, new MetricValue.Gauge(1))),
                List.of(new PathTrace(agent, roundStart, InetAddress.ofLiteral("192.0.2.1"), 1,
                        new Path(List.of(), false), TraceOutcome.UNREACHED, new TreeMap<>())));
    }

    private static Instant start(ReceivedBatch batch) {
        assertThat(batch.metrics().getFirst().at()).isEqualTo(batch.rows().getFirst().roundStart());
        assertThat(batch.traces().getFirst().at()).isEqualTo(batch.rows().getFirst().roundStart());
        return batch.rows().getFirst().roundStart();
    }

    @Test
    void times_of_a_clock_that_is_right_stay_as_they_are_to_the_microsecond() {
        for (long millis : new long[]{-2_000, -1, 0, 1, 1_999}) {
            ReceivedBatch batch = received(ofMillis(millis), ofMillis(millis), ofMinutes(1));

            assertThat(start(batch)).isEqualTo(now.plusMillis(millis).minus(ofMinutes(1)));
            assertThat(batch.clockOffset()).isZero();
        }
    }

    @Test
    void a_backlog_of_three_days_lands_in_its_own_hours() {
        for (int hours = 72; hours >= 0; hours--) {
            ReceivedBatch batch = received(ofMillis(30), ofMillis(30), ofHours(hours));

            assertThat(start(batch)).isEqualTo(now.plusMillis(30).minus(ofHours(hours)));
            assertThat(batch.clockOffset()).isZero();
        }
    }

    @Test
    void a_backlog_of_a_wrong_clock_lands_in_its_own_hours_too() {
        for (int hours = 72; hours >= 0; hours--) {
            ReceivedBatch batch = received(ofHours(-1), ofHours(-1), ofHours(hours));

            assertThat(start(batch)).isEqualTo(now.minus(ofHours(hours)));
            assertThat(batch.clockOffset()).isEqualTo(ofHours(-1));
        }
    }

    @Test
    void a_clock_an_hour_wrong_at_boot_is_corrected_before_the_agent_has_measured_it() {
        for (Duration wrong : List.of(ofHours(1), ofHours(-1))) {
            clocks.hello(agent, now.plus(wrong), now.plusMillis(20));

            ReceivedBatch batch = received(wrong, UNKNOWN, ofMinutes(1));

            assertThat(Duration.between(start(batch), now.minus(ofMinutes(1))).abs()).isLessThan(ofMillis(21));
            assertThat(clocks.correction(agent)).isPresent();
        }
    }

    @Test
    void a_clock_that_is_set_right_is_not_corrected_any_more_and_what_waited_from_before_still_is() {
        received(ofHours(-1), ofHours(-1), ofMinutes(1));
        Instant lastByTheOldClock = now.minus(ofHours(1));
        now = now.plusSeconds(10);

        // Set forwards to the right time; measured at once; rounds from before still wait.
        ReceivedBatch old = clocks.received(batch(now, ZERO, lastByTheOldClock.minusSeconds(30)), now);
        ReceivedBatch fresh = clocks.received(batch(now, ZERO, now.minusSeconds(5)), now);

        assertThat(start(old)).isEqualTo(lastByTheOldClock.minusSeconds(30).plus(ofHours(1)));
        assertThat(old.clockOffset()).isEqualTo(ofHours(-1));
        assertThat(start(fresh)).isEqualTo(now.minusSeconds(5));
        assertThat(fresh.clockOffset()).isZero();
        assertThat(clocks.correction(agent)).isEmpty();
    }

    @Test
    void a_step_back_during_a_run_puts_no_round_into_the_future() {
        received(ofHours(1), ofHours(1), ofMinutes(1));
        now = now.plusSeconds(10);

        ReceivedBatch old = clocks.received(batch(now, ZERO, now.plus(ofHours(1)).minusSeconds(30)), now);
        ReceivedBatch fresh = clocks.received(batch(now, ZERO, now.minusSeconds(5)), now);

        assertThat(start(old)).isEqualTo(now.minusSeconds(30));
        assertThat(start(fresh)).isEqualTo(now.minusSeconds(5));
    }

    @Test
    void a_step_that_the_agent_has_not_measured_yet_is_seen_by_when_the_batch_comes() {
        received(ZERO, ZERO, ofMinutes(1));

        assertThat(start(received(ofHours(1), ZERO, ofMinutes(1)))).isEqualTo(now.minus(ofMinutes(1)));
        assertThat(start(received(ZERO, ofHours(1), ofMinutes(1)))).isEqualTo(now.minus(ofMinutes(1)));
    }

    @Test
    void a_batch_that_was_sent_long_ago_is_no_reason_to_correct_anything() {
        Instant roundStart = now.minus(ofHours(2));

        ReceivedBatch batch = clocks.received(batch(now.minus(ofHours(1)), ofMillis(3), roundStart), now);

        assertThat(start(batch)).isEqualTo(roundStart);
    }

    @Test
    void a_clock_that_is_ahead_is_not_taken_for_set_back_when_a_batch_was_long_on_its_way() {
        Instant sentAt = now.minusSeconds(35).plusSeconds(20);

        ReceivedBatch batch = clocks.received(batch(sentAt, ofSeconds(20), sentAt.minusSeconds(60)), now);

        assertThat(batch.clockOffset()).isEqualTo(ofSeconds(20));
        assertThat(start(batch)).isEqualTo(now.minusSeconds(35 + 60));
    }

    @Test
    void a_clock_at_the_limit_does_not_make_times_jump_back_and_forth() {
        assertThat(received(ofMillis(1_990), ofMillis(1_990), ofMinutes(1)).clockOffset()).isZero();
        now = now.plus(ofMinutes(5));
        assertThat(received(ofMillis(2_010), ofMillis(2_010), ofMinutes(1)).clockOffset()).isEqualTo(ofMillis(2_010));
        for (int i = 0; i < 10; i++) {
            for (long millis : new long[]{1_990, 2_010, 1_600}) {
                now = now.plusSeconds(10);
                assertThat(received(ofMillis(millis), ofMillis(millis), ofSeconds(5)).clockOffset())
                        .isEqualTo(ofMillis(2_010));
            }
        }
        now = now.plus(ofMinutes(5));
        assertThat(received(ofMillis(1_400), ofMillis(1_400), ofSeconds(5)).clockOffset()).isZero();
        assertThat(clocks.correction(agent)).isEmpty();
    }

    @Test
    void a_clock_is_judged_once_a_batch_came() {
        clocks.hello(agent, now.plusSeconds(20), now);
        assertThat(clocks.judged(agent)).isEmpty();

        received(ofMillis(3), ofMillis(3), ofMinutes(1));

        assertThat(clocks.judged(agent)).contains(ZERO);
    }

    @Test
    void what_is_taken_out_stays_the_same_while_the_clock_hardly_drifts() {
        assertThat(received(ofMillis(10_000), ofMillis(10_000), ofMinutes(1)).clockOffset()).isEqualTo(ofSeconds(10));
        assertThat(received(ofMillis(10_400), ofMillis(10_400), ofMinutes(1)).clockOffset()).isEqualTo(ofSeconds(10));
        now = now.plus(ofMinutes(5)); // so that the round is no more one from before
        assertThat(received(ofMillis(10_600), ofMillis(10_600), ofMinutes(1)).clockOffset())
                .isEqualTo(ofMillis(10_600));
    }
}
