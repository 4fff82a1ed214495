package io.sentinelmesh.agent.link;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PaceTest {

    private long now;
    private final Pace pace = new Pace(() -> now);

    @Test
    void a_burst_goes_at_once_and_what_is_beyond_it_at_the_pace() {
        pace.sent(Pace.BURST_BYTES - 1);
        assertThat(pace.toWait()).isZero();
        pace.sent(1 + Pace.BYTES_PER_SECOND);

        assertThat(pace.toWait()).isBetween(Duration.ofMillis(990), Duration.ofMillis(1_010));
        now += Duration.ofMillis(1_010).toNanos();
        assertThat(pace.toWait()).isZero();
    }

    @Test
    void a_long_rest_gives_one_burst_and_not_more() {
        now += Duration.ofHours(1).toNanos();
        pace.sent(Pace.BURST_BYTES + Pace.BYTES_PER_SECOND);

        assertThat(pace.toWait()).isGreaterThan(Duration.ofMillis(900));
    }
}
