package io.sentinelmesh.db.history;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.PeriodTile;
import io.sentinelmesh.db.tile.PeriodTileReader;
import io.sentinelmesh.db.tile.RoundTile;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class StepMergerTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void a_step_of_one_round_is_that_round() {
        StepMerger merger = new StepMerger(ofSeconds(10), 10);
        merger.add(at(0), round(10, 1, 2, 3, 400));

        assertThat(merger.finish())
                .containsExactly(new HistoryPoint(NOON, 10, 4, Optional.of(new Delays(1, 1, 2, 3, 400, 102))));
    }

    @Test
    void a_step_of_many_rounds_has_the_quantiles_of_all_their_packets() {
        StepMerger merger = new StepMerger(ofMinutes(1), 10);
        merger.add(at(0), round(10, 10, 20, 30, 40, 50, 51, 52, 53, 54));
        merger.add(at(10), round(10, 500));
        merger.add(at(20), round(10, 55));

        assertThat(merger.finish())
                .containsExactly(new HistoryPoint(NOON, 30, 11, Optional.of(new Delays(10, 30, 51, 54, 500, 83))));
    }

    @Test
    void a_period_and_a_round_add_up() {
        DelaySketch sketch = new DelaySketch();
        sketch.add(round(20, 1, 2, 3));
        PeriodTile encoder = new PeriodTile();
        PeriodTileReader period = new PeriodTileReader()
                .open(encoder.bytes(), 0, encoder.encode(new DelaySketch[]{sketch}, 1));
        StepMerger merger = new StepMerger(ofMinutes(2), 10);
        merger.add(at(0), period, 0);
        merger.add(at(60), round(10, 4, 5));

        assertThat(merger.finish())
                .containsExactly(new HistoryPoint(NOON, 30, 5, Optional.of(new Delays(1, 2, 3, 4, 5, 3))));
    }

    @Test
    void steps_begin_at_multiples_of_their_length_whatever_comes_first() {
        StepMerger merger = new StepMerger(ofMinutes(1), 10);
        merger.add(at(50), round(1));
        merger.add(at(60), round(2));

        assertThat(merger.finish()).containsExactly(new HistoryPoint(NOON, 1, 0, Optional.empty()),
                new HistoryPoint(NOON.plusSeconds(60), 2, 0, Optional.empty()));
    }

    @Test
    void the_round_after_the_last_step_wanted_is_turned_away() {
        StepMerger merger = new StepMerger(ofMinutes(1), 1);

        assertThat(merger.add(at(0), round(1))).isTrue();
        assertThat(merger.add(at(10), round(1))).isTrue();
        assertThat(merger.add(at(60), round(1))).isFalse();
        assertThat(merger.finish()).containsExactly(new HistoryPoint(NOON, 2, 0, Optional.empty()));
    }

    private static long at(int seconds) {
        return NOON.plusSeconds(seconds).toEpochMilli();
    }

    private static RoundTileReader round(int sent, int... delays) {
        RoundTile encoder = new RoundTile();
        int length = encoder.encode(new PairResult[]{PairResult.of(NodeId.random(), sent, delays)}, 1);
        RoundTileReader reader = new RoundTileReader().open(encoder.bytes().clone(), 0, length);
        reader.seek(0);
        return reader;
    }
}
