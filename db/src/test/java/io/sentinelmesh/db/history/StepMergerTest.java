package io.sentinelmesh.db.history;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.HistoryPoint.Delays;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class StepMergerTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void a_step_of_one_round_is_that_round() {
        StepMerger merger = new StepMerger(ofSeconds(10), 10);
        merger.add(new Round(NOON, 10, 4, Optional.of(new Delays(1, 2, 3, 4, 5))));

        assertThat(merger.finish())
                .containsExactly(new HistoryPoint(NOON, 10, 4, Optional.of(new Delays(1, 2, 3, 4, 5))));
    }

    @Test
    void a_round_weighs_as_many_packets_as_it_answered() {
        StepMerger merger = new StepMerger(ofMinutes(1), 10);
        merger.add(new Round(NOON, 10, 9, Optional.of(new Delays(1, 20, 30, 40, 50))));
        merger.add(new Round(NOON.plusSeconds(10), 10, 1, Optional.of(new Delays(900, 900, 900, 900, 900))));
        merger.add(new Round(NOON.plusSeconds(20), 10, 1, Optional.of(new Delays(800, 800, 800, 800, 800))));

        assertThat(merger.finish())
                .containsExactly(new HistoryPoint(NOON, 30, 11, Optional.of(new Delays(1, 20, 30, 40, 900))));
    }

    @Test
    void steps_begin_at_multiples_of_their_length_whatever_comes_first() {
        StepMerger merger = new StepMerger(ofMinutes(1), 10);
        merger.add(new Round(NOON.plusSeconds(50), 1, 0, Optional.empty()));
        merger.add(new Round(NOON.plusSeconds(60), 2, 0, Optional.empty()));

        assertThat(merger.finish()).containsExactly(new HistoryPoint(NOON, 1, 0, Optional.empty()),
                new HistoryPoint(NOON.plusSeconds(60), 2, 0, Optional.empty()));
    }

    @Test
    void the_round_after_the_last_step_wanted_is_turned_away() {
        StepMerger merger = new StepMerger(ofMinutes(1), 1);

        assertThat(merger.add(new Round(NOON, 1, 0, Optional.empty()))).isTrue();
        assertThat(merger.add(new Round(NOON.plusSeconds(10), 1, 0, Optional.empty()))).isTrue();
        assertThat(merger.add(new Round(NOON.plusSeconds(60), 1, 0, Optional.empty()))).isFalse();
        assertThat(merger.finish()).containsExactly(new HistoryPoint(NOON, 2, 0, Optional.empty()));
    }
}
