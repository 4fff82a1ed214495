package io.sentinelmesh.probe.pacing;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TickLengthTest {

    @Test
    void a_slow_pace_is_worth_a_longer_tick() {
        assertThat(TickLength.longestNanos(Duration.ofSeconds(10))).isEqualTo(Duration.ofMillis(25).toNanos());
        assertThat(TickLength.longestNanos(Duration.ofMillis(600))).isEqualTo(Duration.ofMillis(15).toNanos());
        assertThat(TickLength.longestNanos(Duration.ofMillis(10))).isEqualTo(Duration.ofMillis(10).toNanos());
    }

    @Test
    void it_lasts_as_long_as_a_batch_takes_to_fill() {
        Duration interval = Duration.ofMillis(800);
        assertThat(TickLength.nanos(1_000, 64, interval)).isEqualTo(20_000_000);
        assertThat(TickLength.nanos(20_000, 64, interval)).isEqualTo(3_200_000);
        assertThat(TickLength.nanos(1_000_000, 64, interval)).isEqualTo(1_000_000);
    }
}
