package io.sentinelmesh.aggregator.stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NodesPaceTest {

    private final NodesPace pace = new NodesPace();

    private int beatsUntilTold() {
        for (int beats = 1; beats <= 100; beats++) {
            if (pace.beat()) {
                return beats;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void few_browsers_hear_of_each_change_at_once() {
        for (int change = 0; change < 5; change++) {
            pace.changed();
            assertThat(beatsUntilTold()).isEqualTo(1);
            pace.told(120_000, 10);
        }
    }

    @Test
    void a_thousand_browsers_of_a_thousand_agents_hear_of_what_changed_every_three_seconds() {
        pace.changed();
        assertThat(pace.beat()).isTrue();
        pace.told(120_000, 1_000);

        pace.changed();
        assertThat(beatsUntilTold()).isBetween(11, 12);
    }

    @Test
    void nothing_is_told_unless_something_changed() {
        assertThat(pace.beat()).isFalse();
        pace.changed();
        assertThat(pace.beat()).isTrue();
        assertThat(pace.beat()).isFalse();
    }
}
