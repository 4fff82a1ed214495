package io.sentinelmesh.aggregator.matrix;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BaselineTest {

    @Test
    void it_is_unknown_until_three_rounds_are_in() {
        Baseline two = Baseline.UNKNOWN.plus(100).plus(200);

        assertThat(two.known()).isEmpty();
        assertThat(two.plus(300).known()).hasValue(200);
    }

    @Test
    void a_round_moves_it_by_one_percent_at_most() {
        Baseline usual = Baseline.remembered(10_000, 360);

        assertThat(usual.plus(100_000).known()).hasValue(10_100);
        assertThat(usual.plus(10).known()).hasValue(9_900);
        assertThat(usual.plus(10_050).known()).hasValue(10_050);
    }

    @Test
    void a_lasting_doubling_becomes_usual_after_about_twelve_minutes() {
        Baseline baseline = Baseline.remembered(10_000, 360);
        int rounds = 0;
        while (baseline.micros() < 20_000) {
            baseline = baseline.plus(20_000);
            rounds++;
        }

        assertThat(rounds).isBetween(60, 80);
    }

    @Test
    void it_can_grow_from_nothing() {
        Baseline baseline = Baseline.remembered(0, 10);
        for (int round = 0; round < 10; round++) {
            baseline = baseline.plus(1_000);
        }

        assertThat(baseline.known().orElseThrow()).isBetween(4, 6);
    }

    @Test
    void what_was_remembered_of_too_few_rounds_is_learnt_on() {
        assertThat(Baseline.remembered(500, 1).known()).isEmpty();
        assertThat(Baseline.remembered(500, 3).known()).hasValue(500);
    }
}
