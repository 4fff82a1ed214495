package io.sentinelmesh.db.postgres;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LayoutTest {

    @Test
    void slots_are_given_in_order_of_appearance_and_kept() {
        Layout first = Layout.EMPTY.plus(70, 5);

        Layout grown = first.plus(1, 90);

        assertThat(IntStream.of(70, 5, 1, 90).map(grown::slotOf)).containsExactly(0, 1, 2, 3);
        assertThat(first.slotOf(90)).isEqualTo(Layout.NO_SLOT);
    }

    @Test
    void the_last_slot_is_as_good_as_the_first() {
        Layout full = Layout.EMPTY.plus(IntStream.range(0, Layout.MAX_SLOTS).map(n -> 2 * n).toArray());

        assertThat(full.slotOf(2 * 65_535)).isEqualTo(65_535);
        assertThat(full.slotOf(1)).isEqualTo(Layout.NO_SLOT);
        assertThatThrownBy(() -> full.plus(1)).isInstanceOf(IllegalArgumentException.class);
    }
}
