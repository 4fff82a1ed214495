package io.sentinelmesh.aggregator.link;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ParkedBatchesTest {

    private final ParkedBatches<String> parked = new ParkedBatches<>(1_000);

    private static ParkedBatches.Parked batch(int results) {
        return new ParkedBatches.Parked(new byte[100], Instant.EPOCH, results);
    }

    @Test
    void links_take_turns_and_those_of_one_keep_their_order() {
        for (int number = 1; number <= 3; number++) {
            parked.park("greedy", batch(number));
        }
        parked.park("other", batch(4));

        List<Integer> order = new ArrayList<>();
        while (parked.first().isPresent()) {
            order.add(parked.first().get().batch().results());
            parked.removeFirst();
        }

        assertThat(order).containsExactly(1, 4, 2, 3);
        assertThat(parked.isEmpty()).isTrue();
        assertThat(parked.bytes()).isZero();
    }

    @Test
    void what_finds_no_room_is_told_so_and_what_a_link_leaves_behind_makes_room() {
        for (int number = 1; number <= 10; number++) {
            assertThat(parked.park(number <= 4 ? "one" : "two", batch(number))).isTrue();
        }
        assertThat(parked.park("three", batch(11))).isFalse();
        assertThat(parked.of("two")).isEqualTo(6);

        parked.drop("two");

        assertThat(parked.batches()).isEqualTo(4);
        assertThat(parked.bytes()).isEqualTo(400);
        assertThat(parked.park("three", batch(11))).isTrue();
    }
}
