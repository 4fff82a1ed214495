package io.sentinelmesh.aggregator.ingest;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CreditsTest {

    private static final int ROOM = 500_000;

    private final Credits credits = new Credits(ROOM);

    private int at(double fill, int agents) {
        credits.adjust(fill, agents);
        return credits.current();
    }

    @Test
    void they_shrink_as_the_queue_fills_and_end_at_nothing() {
        assertThat(at(0, 3)).isEqualTo(Credits.OPEN);
        assertThat(at(0.2, 3)).isEqualTo(Credits.OPEN);
        assertThat(at(0.3, 3)).isEqualTo(Credits.TIGHT);
        assertThat(at(0.6, 3)).isEqualTo(Credits.SHUT);
    }

    @Test
    void they_come_back_only_when_there_is_room_again() {
        at(0.6, 3);

        assertThat(at(0.4, 3)).isZero();
        assertThat(at(0.2, 3)).isZero();
        assertThat(at(0.05, 3)).isEqualTo(Credits.OPEN);
    }

    @Test
    void a_thousand_agents_whose_batches_are_not_known_yet_may_have_one_each_however_empty_the_queue_is() {
        assertThat(at(0, 1_000)).isEqualTo(Credits.TIGHT);
        at(0.6, 1_000);
        assertThat(at(0.05, 1_000)).isEqualTo(Credits.TIGHT);
    }

    @Test
    void small_batches_open_them_for_many_agents_and_a_large_one_closes_them() {
        for (int batch = 0; batch < 1_000; batch++) {
            credits.saw(30);
        }
        assertThat(at(0, 1_000)).isEqualTo(Credits.OPEN);

        credits.saw(8_000);

        assertThat(at(0, 1_000)).isEqualTo(Credits.TIGHT);
    }

    @Test
    void they_do_not_flap_while_agents_come_and_go_at_the_edge() {
        assertThat(at(0, 7)).isEqualTo(Credits.OPEN);
        assertThat(at(0, 12)).isEqualTo(Credits.OPEN);
        assertThat(at(0, 16)).isEqualTo(Credits.TIGHT);
        assertThat(at(0, 12)).isEqualTo(Credits.TIGHT);
        assertThat(at(0, 7)).isEqualTo(Credits.OPEN);
    }

    @Test
    void no_more_is_asked_for_at_once_than_fits_below_the_mark_at_which_nobody_may_send() {
        assertThat(credits.more(0) * Credits.UNKNOWN_BATCH).isBetween(200_000, ROOM / 2);
        assertThat(credits.more(0.2) * Credits.UNKNOWN_BATCH).isLessThanOrEqualTo(ROOM * 3 / 10);
        assertThat(credits.more(0.3)).isZero();
    }
}
