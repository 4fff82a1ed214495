package io.sentinelmesh.agent.link;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ClockFilterTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private long nanos = 5_000_000_000L;
    /** What the agent's clock shows beyond the true time. */
    private Duration ahead = Duration.ofMillis(40);
    private Duration aggregatorAhead = Duration.ZERO;
    private final ClockFilter filter = new ClockFilter(() -> trueTime().plus(ahead), () -> nanos);

    private Instant trueTime() {
        return NOON.plusNanos(nanos);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private void ping(Duration there, Duration back) {
        long token = filter.ping();
        pass(there);
        Instant said = trueTime().plus(aggregatorAhead);
        pass(back);
        filter.pong(token, said);
    }

    private long offsetMicros() {
        return filter.newest().orElseThrow().offsetMicros();
    }

    private long boundMicros() {
        return filter.newest().orElseThrow().boundMicros();
    }

    @Test
    void nothing_is_known_before_the_first_pong() {
        filter.ping();

        assertThat(filter.newest()).isEmpty();
    }

    @Test
    void the_aggregators_time_is_taken_for_the_middle_of_the_round_trip() {
        ping(Duration.ofMillis(10), Duration.ofMillis(10));

        assertThat(offsetMicros()).isEqualTo(40_000);
        assertThat(boundMicros()).isEqualTo(10_002);
    }

    @Test
    void the_truth_lies_within_the_bound_however_unequal_the_two_ways_are() {
        ping(Duration.ofMillis(30), Duration.ZERO);
        assertThat(Math.abs(offsetMicros() - 40_000)).isBetween(14_900L, boundMicros());

        filter.otherAggregator();
        ping(Duration.ZERO, Duration.ofMillis(30));
        assertThat(Math.abs(offsetMicros() - 40_000)).isBetween(14_900L, boundMicros());
    }

    @Test
    void of_several_the_one_with_the_smallest_round_trip_counts() {
        ping(Duration.ofMillis(50), Duration.ofMillis(2));
        ping(Duration.ofMillis(1), Duration.ofMillis(1));
        ping(Duration.ofMillis(2), Duration.ofMillis(70));

        assertThat(offsetMicros()).isEqualTo(40_000);
        assertThat(boundMicros()).isLessThan(1_100);
    }

    @Test
    void the_bound_grows_with_what_two_clocks_may_drift() {
        ping(Duration.ofMillis(1), Duration.ofMillis(1));
        pass(Duration.ofSeconds(10));

        assertThat(boundMicros()).isEqualTo(1_002 + 2_000);
    }

    @Test
    void a_good_sample_is_used_no_longer_than_the_window_is() {
        ping(Duration.ofMillis(1), Duration.ofMillis(1));
        for (int i = 0; i < ClockFilter.WINDOW; i++) {
            ping(Duration.ofMillis(20), Duration.ofMillis(20));
        }

        assertThat(boundMicros()).isGreaterThan(20_000);
    }

    @Test
    void after_a_long_time_without_a_pong_nothing_is_known_any_more() {
        ping(Duration.ofMillis(1), Duration.ofMillis(1));
        pass(ClockFilter.LONGEST_AGE.plusSeconds(1));

        assertThat(filter.newest()).isEmpty();
    }

    @Test
    void what_was_known_is_forgotten_at_once_when_this_hosts_clock_is_set() {
        ping(Duration.ofMillis(1), Duration.ofMillis(1));
        ahead = Duration.ZERO;

        assertThat(filter.newest()).isEmpty();
        ping(Duration.ofMillis(1), Duration.ofMillis(1));
        assertThat(offsetMicros()).isZero();
    }

    @Test
    void a_ping_during_which_the_clock_was_set_says_nothing() {
        long token = filter.ping();
        pass(Duration.ofMillis(2));
        ahead = Duration.ofSeconds(7);
        filter.pong(token, trueTime());

        assertThat(filter.newest()).isEmpty();
    }

    @Test
    void when_the_aggregators_clock_was_set_the_newest_sample_counts() {
        ping(Duration.ofMillis(1), Duration.ofMillis(1));
        aggregatorAhead = Duration.ofSeconds(3);
        ping(Duration.ofMillis(20), Duration.ofMillis(20));

        assertThat(offsetMicros()).isEqualTo(40_000 - 3_000_000);
    }

    @Test
    void pongs_that_nobody_asked_for_or_that_come_twice_say_nothing() {
        filter.pong(77, NOON);
        assertThat(filter.newest()).isEmpty();

        long token = filter.ping();
        pass(Duration.ofMillis(2));
        filter.pong(token, trueTime());
        filter.pong(token, NOON.minusSeconds(1_000));
        assertThat(offsetMicros()).isEqualTo(39_000);
    }

    @Test
    void of_pings_that_stay_unanswered_only_the_newest_are_remembered() {
        long first = filter.ping();
        for (int i = 0; i < ClockFilter.MOST_UNDER_WAY; i++) {
            filter.ping();
        }
        filter.pong(first, trueTime());

        assertThat(filter.newest()).isEmpty();
    }
}
