package io.sentinelmesh.agent.link;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RoadChoiceTest {

    private static final Duration SHORT = RoadChoice.STANDS.minusMillis(1);

    private final RoadChoice road = new RoadChoice();

    @Test
    void a_websocket_is_what_is_tried_first() {
        assertThat(road.isPost()).isFalse();
        assertThat(road.reason()).isEmpty();
    }

    @Test
    void an_upgrade_that_is_answered_with_something_else_leads_to_post() {
        road.rejected(400);

        assertThat(road.isPost()).isTrue();
        assertThat(road.reason()).contains("HTTP 400");
    }

    @Test
    void websockets_that_end_within_seconds_several_times_in_a_row_lead_to_post() {
        for (int i = 1; i < RoadChoice.KILLS_THAT_TELL; i++) {
            road.ended(SHORT);
            assertThat(road.isPost()).isFalse();
        }
        road.ended(SHORT);

        assertThat(road.isPost()).isTrue();
        assertThat(road.reason()).contains("within seconds");
    }

    @Test
    void one_that_stood_in_between_or_was_refused_by_the_aggregator_itself_begins_the_count_anew() {
        road.ended(SHORT);
        road.ended(SHORT);
        road.ended(RoadChoice.STANDS);
        road.ended(SHORT);
        road.ended(SHORT);
        road.refused();
        road.ended(SHORT);

        assertThat(road.isPost()).isFalse();
    }

    @Test
    void a_post_that_fails_leads_back_to_a_websocket() {
        road.rejected(502);
        road.postEnded();

        assertThat(road.isPost()).isFalse();
    }

    @Test
    void a_websocket_on_trial_is_given_up_at_once_should_it_be_killed() {
        road.rejected(400);
        road.trialOpened();
        assertThat(road.isPost()).isFalse();
        road.ended(SHORT);

        assertThat(road.isPost()).isTrue();
    }

    @Test
    void a_websocket_that_passed_its_trial_is_one_like_any_other() {
        road.rejected(400);
        road.trialOpened();
        road.ended(RoadChoice.STANDS);
        road.ended(SHORT);

        assertThat(road.isPost()).isFalse();
    }
}
