package io.sentinelmesh.agent.stamp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.round.RoundShape;

import static org.assertj.core.api.Assertions.assertThat;

class HeldAnswersTest {

    private static final Duration ROUND = Duration.ofSeconds(10);
    /** The start of a round. */
    private static final long START = Duration.ofSeconds(1_700_000_000).toNanos();

    private final List<String> told = new ArrayList<>();

    private final HeldAnswers held = new HeldAnswers(ROUND, 16, this::tell);

    private void tell(int target, long sentNanos, long roundTripNanos) {
        told.add(target + " sent at " + (sentNanos - START) / 1_000_000 + " ms: " + roundTripNanos);
    }

    @Test
    void the_exact_delay_replaces_the_first_one() {
        held.answered(3, 7, at(2_000), 41_000);
        assertThat(told).isEmpty();

        held.refined(3, 7, 8_000);
        assertThat(told).containsExactly("3 sent at 2000 ms: 8000");
    }

    @Test
    void without_it_the_first_delay_counts_when_the_round_must_be_closed() {
        held.answered(3, 7, at(2_000), 41_000);

        held.tick(at(18_000));
        assertThat(told).isEmpty();
        held.tick(at(18_500));
        assertThat(told).containsExactly("3 sent at 2000 ms: 41000");
    }

    @Test
    void it_counts_before_the_recorder_closes_the_round() {
        RoundShape shape = HeldAnswers.shape(RoundShape.DEFAULT, 16);
        Duration latest = ROUND.minus(HeldAnswers.BEFORE_CLOSING).plus(HeldAnswers.LOOK);

        // The recorder itself waits a little longer than this.
        assertThat(latest).isLessThanOrEqualTo(shape.lossThreshold());
        assertThat(shape.packets()).isEqualTo(16);
    }

    @Test
    void the_next_answer_of_the_flow_lets_go_the_one_before() {
        held.answered(3, 7, at(2_000), 41_000);
        held.answered(3, 7, at(12_000), 42_000);

        assertThat(told).containsExactly("3 sent at 2000 ms: 41000");
    }

    @Test
    void an_answer_is_told_once_and_a_late_word_about_it_changes_nothing() {
        held.answered(3, 7, at(2_000), 41_000);
        held.tick(at(19_000));
        held.refined(3, 7, 8_000);
        held.tick(at(30_000));

        assertThat(told).hasSize(1);
    }

    @Test
    void flows_and_targets_do_not_meet() {
        held.answered(3, 7, at(2_000), 41_000);
        held.answered(4, 7, at(2_000), 51_000);
        held.refined(3, 6, 1);
        held.refined(4, 7, 9_000);

        assertThat(told).containsExactly("4 sent at 2000 ms: 9000");
    }

    @Test
    void a_short_round_waits_for_nothing() {
        HeldAnswers quick = new HeldAnswers(Duration.ofSeconds(1), 16, this::tell);
        quick.answered(3, 7, at(200), 41_000);

        assertThat(told).containsExactly("3 sent at 200 ms: 41000");
        assertThat(HeldAnswers.shape(new RoundShape(Duration.ofSeconds(1), 10, Duration.ofMillis(500)), 16)
                .lossThreshold()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void a_clock_that_steps_back_does_not_stop_the_looking() {
        held.tick(at(60_000));
        held.answered(3, 7, at(2_000), 41_000);
        held.tick(at(19_000));

        assertThat(told).hasSize(1);
    }

    private static long at(long millis) {
        return START + millis * 1_000_000;
    }
}
