package io.sentinelmesh.probe.pacing;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.RateCaps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RateLimiterTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void one_destination_gets_its_rate_and_a_few_at_once() {
        RateLimiter limiter = new RateLimiter(new RateCaps(1_000_000, 20));

        assertThat(taken(limiter, 3, 0, 1_000)).isEqualTo(RateLimiter.LEAST_DEPTH);
        assertThat(taken(limiter, 3, SECOND / 4, 1_000)).isEqualTo(5);
        assertThat(taken(limiter, 4, SECOND / 4, 1_000)).as("another destination").isEqualTo(RateLimiter.LEAST_DEPTH);
    }

    @Test
    void all_together_get_theirs() {
        RateLimiter limiter = new RateLimiter(new RateCaps(1_000, 1_000_000));

        long taken = 0;
        for (int millis = 0; millis < 2_000; millis++) {
            taken += taken(limiter, millis % 50, millis * SECOND / 1_000, 10);
        }

        assertThat(taken).isBetween(2_000L, 2_101L);
    }

    @Test
    void a_long_silence_saves_up_no_more_than_the_bucket_holds() {
        RateLimiter limiter = new RateLimiter(new RateCaps(1_000, 1_000_000));
        taken(limiter, 0, 0, 5);

        assertThat(taken(limiter, 0, 3_600 * SECOND, 10_000)).isEqualTo(100);
    }

    @Test
    void what_was_held_back_costs_no_tokens() {
        RateLimiter limiter = new RateLimiter(new RateCaps(1_000_000, 10));
        taken(limiter, 0, 0, 1_000_000);

        assertThat(limiter.take(0, SECOND / 10)).isTrue();
    }

    @Test
    void without_caps_everything_may_go() {
        assertThat(taken(new RateLimiter(RateCaps.NONE), 0, Long.MIN_VALUE / 2, 1_000_000)).isEqualTo(1_000_000);
    }

    @Test
    void a_cap_of_nothing_is_refused() {
        assertThatThrownBy(() -> new RateCaps(0, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 packet per second or more");
    }

    private static long taken(RateLimiter limiter, int target, long now, int tries) {
        long taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += limiter.take(target, now) ? 1 : 0;
        }
        return taken;
    }
}
