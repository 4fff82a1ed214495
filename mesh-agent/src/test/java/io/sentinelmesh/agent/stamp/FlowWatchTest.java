package io.sentinelmesh.agent.stamp;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FlowWatchTest {

    private static final int LYON = 3;

    private final FlowWatch watch = new FlowWatch(16);

    @Test
    void a_flow_is_dead_only_after_several_losses_in_a_row() {
        lose(4, FlowWatch.DEAD_AFTER - 1);
        assertThat(watch.dead(LYON)).hasValue(0);

        lose(4, 1);
        assertThat(watch.dead(LYON)).hasValue(1);
    }

    @Test
    void one_answer_brings_a_flow_back() {
        lose(4, 10);
        watch.answered(LYON, 4);
        assertThat(watch.dead(LYON)).hasValue(0);

        lose(4, FlowWatch.DEAD_AFTER - 1);
        assertThat(watch.dead(LYON)).hasValue(0);
    }

    @Test
    void some_dead_flows_are_a_split_and_all_dead_flows_are_an_outage() {
        lose(0, FlowWatch.DEAD_AFTER);
        assertThat(watch.states()).singleElement().matches(FlowWatch.State::isSplit);

        for (int flow = 1; flow < 16; flow++) {
            lose(flow, FlowWatch.DEAD_AFTER);
        }
        assertThat(watch.states()).singleElement().satisfies(state -> {
            assertThat(state.dead()).isEqualTo(16);
            assertThat(state.isSplit()).isFalse();
        });
    }

    @Test
    void a_target_that_went_leaves_nothing_to_the_next_one_with_its_number() {
        lose(0, FlowWatch.DEAD_AFTER);
        watch.keepOnly(List.of(7));

        assertThat(watch.dead(LYON)).isEmpty();
        assertThat(watch.states()).isEmpty();
    }

    @Test
    void the_ways_on_which_packets_were_lost_add_up() {
        watch.attributed(LYON, 2, 1);
        watch.attributed(LYON, 3, 0);

        assertThat(watch.states()).singleElement().satisfies(state -> {
            assertThat(state.forward()).isEqualTo(5);
            assertThat(state.backward()).isEqualTo(1);
        });
    }

    private void lose(int flow, int packets) {
        for (int i = 0; i < packets; i++) {
            watch.lost(LYON, flow);
        }
    }
}
