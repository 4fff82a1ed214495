package io.sentinelmesh.probe.pacing;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TimerLatenessTest {

    private final TimerLateness lateness = new TimerLateness();
    private long now = -5_000_000_000L; // monotonic time has no sign to rely on

    private void turnLateBy(long micros) {
        lateness.sleepsUntil(now + 10_000_000);
        now += 10_000_000 + micros * 1_000;
        lateness.turnBegins(now);
    }

    @ParameterizedTest
    @ValueSource(longs = {16, 17, 100, 999, 1_000, 50_000, 100_000, 1_000_000, 3_333_333, 60_000_000})
    void the_latest_turn_is_told_and_rounded_up_by_a_quarter_at_most(long micros) {
        turnLateBy(micros);

        assertThat(lateness.counts().maxMicros()).isGreaterThan(micros).isLessThanOrEqualTo(micros * 5 / 4);
    }

    @Test
    void a_turn_that_is_later_than_can_be_told_is_as_late_as_can_be_told() {
        turnLateBy(Duration.ofHours(1).toMillis() * 1_000);

        assertThat(lateness.counts().maxMicros()).isEqualTo(67_108_864);
    }

    @Test
    void four_late_turns_of_four_hundred_are_not_among_the_ninety_nine_of_a_hundred() {
        for (int i = 0; i < 400; i++) {
            turnLateBy(i % 100 == 0 ? 200_000 : 20);
        }
        assertThat(lateness.counts().p99Micros()).isEqualTo(20 + 4);

        turnLateBy(200_000);
        assertThat(lateness.counts().p99Micros()).isGreaterThan(200_000);
    }

    @Test
    void of_few_turns_two_that_stumbled_do_not_speak_for_all() {
        turnLateBy(20);
        turnLateBy(200_000);
        turnLateBy(200_000);
        assertThat(lateness.counts().p99Micros()).isEqualTo(24);

        turnLateBy(200_000);
        assertThat(lateness.counts().p99Micros()).isGreaterThan(200_000);
    }

    @Test
    void a_turn_that_a_packet_began_before_its_time_was_not_late() {
        lateness.sleepsUntil(now + 10_000_000);
        lateness.turnBegins(now + 1_000_000);

        assertThat(lateness.counts().turns()).isEqualTo(1);
        assertThat(lateness.counts().maxMicros()).isEqualTo(16);
    }

    @Test
    void what_was_counted_before_is_not_counted_again() {
        turnLateBy(5_000_000);
        TimerLateness.Counts earlier = lateness.counts();
        turnLateBy(100);

        TimerLateness.Counts since = lateness.counts().since(earlier);

        assertThat(since.turns()).isEqualTo(1);
        assertThat(since.maxMicros()).isLessThan(130);
    }

    @Test
    void an_engine_that_stands_still_is_overdue_though_no_turn_tells_so() {
        lateness.sleepsUntil(now + 10_000_000);

        assertThat(lateness.overdueNanos(now)).isZero();
        assertThat(lateness.overdueNanos(now + 2_010_000_000L)).isEqualTo(2_000_000_000L);
    }

    @Test
    void before_the_first_sleep_nothing_is_late() {
        lateness.turnBegins(now);

        assertThat(lateness.overdueNanos(now)).isZero();
        assertThat(lateness.counts().turns()).isZero();
        assertThat(lateness.counts().p99Micros()).isZero();
        assertThat(lateness.counts().maxMicros()).isZero();
    }
}
