package io.sentinelmesh.db.postgres;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PortionTest {

    @Test
    void what_fails_or_takes_long_is_halved_down_to_one_and_grows_again() {
        Portion portion = new Portion(100);
        portion.done(Duration.ofMillis(10));
        assertThat(portion.size()).isEqualTo(100);

        portion.done(Duration.ofSeconds(20));
        assertThat(portion.size()).isEqualTo(50);
        for (int i = 0; i < 9; i++) {
            portion.halve();
        }
        assertThat(portion.size()).isEqualTo(1);

        portion.done(Duration.ofSeconds(3));
        assertThat(portion.size()).as("neither long nor short").isEqualTo(1);
        for (int i = 0; i < 9; i++) {
            portion.done(Duration.ofMillis(10));
        }
        assertThat(portion.size()).isEqualTo(100);
    }
}
