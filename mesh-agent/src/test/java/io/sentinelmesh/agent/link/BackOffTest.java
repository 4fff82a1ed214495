package io.sentinelmesh.agent.link;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackOffTest {

    @Test
    void waiting_doubles_up_to_a_limit_and_starts_again_after_success() {
        BackOff backOff = new BackOff(() -> 0.0);

        assertThat(Stream.generate(backOff::afterFailure).limit(8).map(Duration::toMillis).toList())
                .containsExactly(250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 10_000L, 10_000L);
        backOff.afterSuccess();
        assertThat(backOff.afterFailure()).isEqualTo(BackOff.FIRST);
    }

    @Test
    void chance_takes_off_up_to_half() {
        BackOff backOff = new BackOff(() -> 1.0);

        assertThat(backOff.afterFailure()).isEqualTo(BackOff.FIRST.dividedBy(2));
    }
}
