package io.sentinelmesh.aggregator.door;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitTest {

    private final AtomicLong nanos = new AtomicLong();
    private final RateLimit limit = new RateLimit(nanos::get);

    private int taken(String address, int attempts) {
        int taken = 0;
        for (int i = 0; i < attempts; i++) {
            taken += limit.take(address).isEmpty() ? 1 : 0;
        }
        return taken;
    }

    @Test
    void a_burst_is_let_through_and_then_a_steady_rate() {
        assertThat(taken("192.0.2.1", 1_000)).isEqualTo(RateLimit.BURST);

        nanos.addAndGet(Duration.ofSeconds(3).toNanos());

        assertThat(taken("192.0.2.1", 1_000)).isEqualTo(3 * RateLimit.PER_SECOND);
    }

    @Test
    void one_address_does_not_use_up_anothers_share() {
        taken("192.0.2.1", 1_000);

        assertThat(taken("192.0.2.2", 1)).isEqualTo(1);
    }

    @Test
    void a_flood_of_addresses_does_not_fill_the_memory() {
        taken("192.0.2.1", 1_000);
        for (int i = 0; i < RateLimit.MOST_ADDRESSES; i++) {
            limit.take("2001:db8::" + i);
            if (i % 100 == 0) {
                // Heard of all the time, so not the one that is forgotten.
                assertThat(taken("192.0.2.1", 1)).isZero();
            }
        }

        assertThat(limit.addresses()).isEqualTo(RateLimit.MOST_ADDRESSES);
        assertThat(taken("192.0.2.1", 1)).isZero();
    }
}
