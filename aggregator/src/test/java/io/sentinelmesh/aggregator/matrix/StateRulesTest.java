package io.sentinelmesh.aggregator.matrix;

import java.time.Duration;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.measurement.RecentFates;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of docs/states.md at its edges. */
class StateRulesTest {

    private static final OptionalInt LEARNING = OptionalInt.empty();

    /** Fates are written as they happened, oldest first: a dot was answered, an x was not. The newest round is the last ten. */
    @ParameterizedTest
    @CsvSource({
            // nothing lost
            ".          , OK", "..........  , OK",
            // down needs three in a row, and they must be the newest
            ".......xxx  , DOWN", "xxx         , DOWN", "........xx  , DEGRADED", "xx          , DEGRADED",
            "......xx.x  , DEGRADED", ".....xxx.x  , DEGRADED",
            // a single loss is told for as long as it is in the newest round
            "x.........  , DEGRADED", "x.......... , OK", ".........x  , DEGRADED",
            // an outage is told once: after three answers in a row it is over, after two it is not
            ".....xxx..  , DEGRADED", "....xxx...  , OK", "xxx...      , OK", "xxx..       , DEGRADED",
            // what was lost before the outage went with it; what is lost after it is news
            "x.xxx...    , OK", "xxx...x     , DEGRADED", "xxx...x...  , DEGRADED",
            // the three answers must be in a row: until then a loss belongs to the outage
            "xxx..x..    , DEGRADED", "xxx..x...   , OK", "xxx.x.x...  , OK",
            // a second outage begins and ends like the first
            "xxx...xxx   , DOWN", "xxx...xxx.. , DEGRADED", "xxx...xxx...  , OK",
            // two losses are no outage, however many answers follow within the round
            ".....xx...  , DEGRADED",
            // a long outage, just over
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxx..., OK", "xxxxxxxxxxxxxxxxxxxxxxxxxxxx.., DEGRADED"})
    void packets_that_went_unanswered_decide(String history, CellState expected) {
        assertThat(judge(history.strip(), LEARNING)).isEqualTo(expected);
    }

    private static CellState judge(String history, OptionalInt baseline) {
        RecentFates recent = RecentFates.NONE;
        for (char fate : history.toCharArray()) {
            recent = recent.plus(fate == 'x');
        }
        int sent = Math.min(10, history.length());
        long lost = history.substring(history.length() - sent).chars().filter(c -> c == 'x').count();
        int received = sent - (int) lost;
        return StateRules.judge(true, false, new CellFigures(sent, received, 100, 100, 100), recent, baseline);
    }

    @ParameterizedTest
    @CsvSource({
            // above twice the baseline and more than 2 ms above it
            "10000, 20000, OK", "10000, 20001, DEGRADED", "10000, 12001, OK",
            // twice a small baseline is nothing anyone could feel
            "   50,   101, OK", "   50,  2050, OK", "   50,  2051, DEGRADED",
            // both limits meet at 2 ms
            " 2000,  4000, OK", " 2000,  4001, DEGRADED", " 1999,  3999, OK", " 1999,  4000, DEGRADED",
            "    0,  2000, OK", "    0,  2001, DEGRADED"})
    void a_median_is_slow_above_twice_the_baseline_and_two_milliseconds_over_it(int baseline, int median,
            CellState expected) {
        CellFigures figures = new CellFigures(10, 10, 1, median, median);

        assertThat(StateRules.judge(true, false, figures, new RecentFates(0, 10), OptionalInt.of(baseline)))
                .isEqualTo(expected);
    }

    @Test
    void a_baseline_that_is_still_being_learnt_makes_nothing_slow() {
        CellFigures figures = new CellFigures(10, 10, 1, 900_000, 900_000);

        assertThat(StateRules.judge(true, false, figures, new RecentFates(0, 10), LEARNING)).isEqualTo(CellState.OK);
    }

    @Test
    void nothing_sent_is_no_data_and_not_ok() {
        CellFigures nothing = new CellFigures(0, 0, 0, 0, 0);

        assertThat(StateRules.judge(true, false, nothing, RecentFates.NONE, LEARNING)).isEqualTo(CellState.NO_DATA);
        assertThat(StateRules.judge(true, false, nothing, new RecentFates(7, 3), LEARNING))
                .isEqualTo(CellState.NO_DATA);
    }

    @Test
    void a_stale_row_says_nothing_whatever_it_said_last() {
        CellFigures lost = new CellFigures(10, 0, 0, 0, 0);

        assertThat(StateRules.judge(false, false, lost, new RecentFates(1023, 10), LEARNING))
                .isEqualTo(CellState.NO_DATA);
    }

    @ParameterizedTest
    @CsvSource({"3000, 30000, true", "3001, 0, false", "0, 30001, false", "0, 0, true", "2999, 29999, true"})
    void a_row_is_fresh_while_its_source_is_heard_and_reports(long heardMillis, long reportedMillis, boolean fresh) {
        assertThat(StateRules.fresh(Duration.ofMillis(heardMillis), Duration.ofMillis(reportedMillis),
                Duration.ofSeconds(10))).isEqualTo(fresh);
    }

    @Test
    void losses_that_the_fates_do_not_reach_back_to_count_all_the_same() {
        CellFigures twoLost = new CellFigures(10, 8, 100, 100, 100);

        assertThat(StateRules.judge(true, false, twoLost, new RecentFates(0, 3), LEARNING))
                .isEqualTo(CellState.DEGRADED);
    }

    @Test
    void an_impaired_prober_is_never_red_whatever_it_lost() {
        CellFigures lost = new CellFigures(10, 0, 0, 0, 0);
        CellFigures nothing = new CellFigures(0, 0, 0, 0, 0);

        assertThat(StateRules.judge(true, true, lost, new RecentFates(1023, 10), LEARNING))
                .isEqualTo(CellState.PROBER_IMPAIRED);
        assertThat(StateRules.judge(true, true, nothing, RecentFates.NONE, LEARNING))
                .isEqualTo(CellState.PROBER_IMPAIRED);
    }

    @Test
    void an_impaired_prober_that_fell_silent_is_no_data() {
        CellFigures lost = new CellFigures(10, 0, 0, 0, 0);

        assertThat(StateRules.judge(false, true, lost, new RecentFates(1023, 10), LEARNING))
                .isEqualTo(CellState.NO_DATA);
    }

    @Test
    void a_past_period_is_judged_by_its_counts_and_by_what_was_usual() {
        assertThat(StateRules.judgePast(0, 0, 0, OptionalInt.empty())).isEqualTo(CellState.NO_DATA);
        assertThat(StateRules.judgePast(3, 0, 0, OptionalInt.empty())).isEqualTo(CellState.DOWN);
        assertThat(StateRules.judgePast(2, 0, 0, OptionalInt.empty())).isEqualTo(CellState.DEGRADED);
        assertThat(StateRules.judgePast(360, 359, 100, OptionalInt.empty())).isEqualTo(CellState.DEGRADED);
        assertThat(StateRules.judgePast(10, 10, 99_000, OptionalInt.empty())).isEqualTo(CellState.OK);
        assertThat(StateRules.judgePast(10, 10, 4_001, OptionalInt.of(2_000))).isEqualTo(CellState.DEGRADED);
        assertThat(StateRules.judgePast(10, 10, 4_000, OptionalInt.of(2_000))).isEqualTo(CellState.OK);
        assertThat(StateRules.judgePast(10, 10, 2_500, OptionalInt.of(500))).isEqualTo(CellState.OK);
    }
}
