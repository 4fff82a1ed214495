package io.sentinelmesh.db.reads;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MeshNode;

import static io.sentinelmesh.db.reads.Results.agent;
import static io.sentinelmesh.db.reads.Results.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class RankedPairsTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final MeshNode one = agent("one", "x");
    private final MeshNode two = agent("two", "y");
    private final MeshNode three = agent("three", "y");
    private final MeshNode four = agent("four", "y");

    private static void put(MeshReads.Sink sink, MeshNode from, MeshNode to, int window, DelaySketch results) {
        sink.pair(from, to, window, START, results);
    }

    @Test
    void the_worst_by_loss_are_those_that_lost_the_greatest_share_and_none_that_lost_nothing() {
        WorstPairs worst = new WorstPairs(Ranking.LOSS, 2);
        put(worst, one, two, 0, of(10, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        put(worst, one, three, 0, of(2, 1));
        put(worst, one, four, 0, of(2, 1, 1));
        put(worst, two, one, 0, of(0));
        put(worst, two, three, 0, of(3));

        assertThat(worst.worst()).extracting(PairFigures::lossRatio).containsExactly(1.0, 0.5);
    }

    @Test
    void the_worst_by_delay_have_the_longest_medians_and_answered_at_all() {
        WorstPairs worst = new WorstPairs(Ranking.DELAY, 20);
        put(worst, one, two, 0, of(3, 10, 20, 9_000));
        put(worst, one, three, 0, of(3, 10, 50, 60));
        put(worst, one, four, 0, of(3));

        assertThat(worst.worst()).extracting(PairFigures::destination).containsExactly(three, two);
    }

    @Test
    void of_equals_the_names_decide_so_that_the_same_question_has_the_same_answer() {
        WorstPairs worst = new WorstPairs(Ranking.LOSS, 2);
        put(worst, one, two, 0, of(1));
        put(worst, one, four, 0, of(1));
        put(worst, one, three, 0, of(1));

        assertThat(worst.worst()).extracting(PairFigures::destination).containsExactly(four, three);
    }

    @Test
    void a_change_of_loss_counts_in_both_directions() {
        BiggestChanges changes = new BiggestChanges(Ranking.LOSS, 20);
        put(changes, one, two, 0, of(4, 1));
        put(changes, one, three, 0, of(4, 1, 1, 1, 1));
        put(changes, one, two, 1, of(4, 1, 1, 1, 1));
        put(changes, one, three, 1, of(4, 1, 1));

        assertThat(changes.changes()).extracting(PairChange::lossRatioChange).containsExactly(-0.75, 0.5);
    }

    @Test
    void half_the_delay_is_as_big_a_change_as_twice_the_delay() {
        BiggestChanges changes = new BiggestChanges(Ranking.DELAY, 20);
        put(changes, one, two, 0, of(1, 40));
        put(changes, one, three, 0, of(1, 10));
        put(changes, one, four, 0, of(1, 10));
        put(changes, one, two, 1, of(1, 10));
        put(changes, one, three, 1, of(1, 30));
        put(changes, one, four, 1, of(1, 10));

        assertThat(changes.changes()).extracting(change -> change.now().destination()).containsExactly(two, three);
        assertThat(changes.changes().getFirst().delayFactor()).isCloseTo(0.25, within(0.01));
    }

    @Test
    void what_cannot_be_compared_is_no_change() {
        BiggestChanges loss = new BiggestChanges(Ranking.LOSS, 20);
        BiggestChanges delay = new BiggestChanges(Ranking.DELAY, 20);
        for (BiggestChanges each : new BiggestChanges[]{loss, delay}) {
            put(each, one, two, 0, of(0));
            put(each, one, three, 0, of(3));
            put(each, one, two, 1, of(3));
            put(each, one, three, 1, of(0));
            put(each, one, four, 1, of(3, 1, 2, 3));
            // Another source does not inherit what the first one's windows said.
            put(each, two, three, 1, of(3, 1, 2, 3));
        }

        assertThat(loss.changes()).isEmpty();
        assertThat(delay.changes()).isEmpty();
    }
}
