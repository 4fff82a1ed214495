package io.sentinelmesh.aggregator.link;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OnTheWayTest {

    private final OnTheWay onTheWay = new OnTheWay();

    @Test
    void what_is_beyond_the_bound_is_not_counted_and_what_arrived_makes_room() {
        assertThat(onTheWay.takes(OnTheWay.MOST_RESULTS)).isTrue();
        assertThat(onTheWay.takes(1)).isFalse();

        onTheWay.arrived(1);

        assertThat(onTheWay.takes(1)).isTrue();
        assertThat(onTheWay.takes(1)).isFalse();
    }
}
