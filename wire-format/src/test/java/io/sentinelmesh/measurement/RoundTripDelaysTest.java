package io.sentinelmesh.measurement;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RoundTripDelaysTest {

    @Test
    void delays_are_ascending_in_whatever_order_they_came() {
        RoundTripDelays delays = RoundTripDelays.ofMicros(30, 10, 20);

        assertThat(delays.toMicros()).containsExactly(10, 20, 30);
        assertThat(delays).isEqualTo(RoundTripDelays.ofMicros(20, 30, 10)).hasSameHashCodeAs(
                RoundTripDelays.ofMicros(20, 30, 10));
    }

    @Test
    void a_quantile_is_always_a_delay_that_was_measured() {
        RoundTripDelays delays = RoundTripDelays.ofMicros(10, 20, 30, 40);

        assertThat(delays.minMicros()).isEqualTo(10);
        assertThat(delays.medianMicros()).isEqualTo(20);
        assertThat(delays.quantileMicros(0.51)).isEqualTo(30);
        assertThat(delays.quantileMicros(0.95)).isEqualTo(40);
        assertThat(delays.maxMicros()).isEqualTo(40);
    }

    @Test
    void one_delay_is_every_quantile() {
        RoundTripDelays delays = RoundTripDelays.ofMicros(7);

        assertThat(delays.minMicros()).isEqualTo(7);
        assertThat(delays.medianMicros()).isEqualTo(7);
        assertThat(delays.maxMicros()).isEqualTo(7);
    }

    @Test
    void no_answer_is_no_delay_rather_than_zero() {
        assertThat(RoundTripDelays.ofMicros()).isSameAs(RoundTripDelays.NONE);
        assertThatIllegalStateException().isThrownBy(RoundTripDelays.NONE::medianMicros);
    }

    @Test
    void what_is_no_delay_or_no_quantile_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RoundTripDelays.ofMicros(1, -1));
        for (double q : new double[]{-0.01, 1.01, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> RoundTripDelays.ofMicros(1).quantileMicros(q));
        }
    }

    @Test
    void nobody_can_change_delays_afterwards() {
        int[] given = {3, 4};
        RoundTripDelays delays = RoundTripDelays.ofMicros(given);

        given[0] = 99;
        delays.toMicros()[1] = 99;

        assertThat(delays).isEqualTo(RoundTripDelays.ofMicros(3, 4));
    }
}
