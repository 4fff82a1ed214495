package io.sentinelmesh.probe.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptSlotsTest {

    private static final int SLOTS = 7;

    private final AttemptSlots slots = new AttemptSlots(SLOTS);

    @Test
    void all_taken_there_is_no_free_one() {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(i, i, i);
        }

        assertThat(slots.free()).isEqualTo(AttemptSlots.NONE);
    }

    @Test
    void a_slot_that_was_given_back_is_the_next_to_be_taken_and_says_what_it_said_until_then() {
        slots.add(4, 10, 20);

        slots.remove(0);

        assertThat(slots.free()).isZero();
        assertThat(slots.target(0)).isEqualTo(4);
        assertThat(slots.sentWall(0)).isEqualTo(20);
    }

    @Test
    void whatever_comes_and_goes_the_oldest_is_the_one_that_departed_first() {
        Random random = new Random(7);
        Deque<Integer> model = new ArrayDeque<>();
        for (int turn = 0; turn < 10_000; turn++) {
            if (model.size() < SLOTS && random.nextBoolean()) {
                int slot = slots.free();
                slots.add(turn, turn, turn);
                model.addLast(slot);
            } else if (!model.isEmpty()) {
                List<Integer> all = new ArrayList<>(model);
                int gone = all.get(random.nextInt(all.size()));
                slots.remove(gone);
                model.remove(gone);
            }

            assertThat(slots.oldest()).isEqualTo(model.isEmpty() ? AttemptSlots.NONE : model.getFirst());
            assertThat(slots.free() == AttemptSlots.NONE).isEqualTo(model.size() == SLOTS);
        }
    }
}
