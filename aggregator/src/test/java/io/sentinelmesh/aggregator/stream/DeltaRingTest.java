package io.sentinelmesh.aggregator.stream;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.buffer.Buffer;

import static org.assertj.core.api.Assertions.assertThat;

class DeltaRingTest {

    private final DeltaRing ring = new DeltaRing(10, 100);

    private static Buffer delta(int tick) {
        return Buffer.buffer(bytes(tick));
    }

    private static byte[] bytes(int tick) {
        return new byte[]{(byte) tick, 0, 0};
    }

    private void add(int tick) {
        ring.add(tick, bytes(tick), delta(tick));
    }

    @Test
    void what_was_missed_is_told_as_long_as_all_of_it_is_there() {
        for (int tick = 1; tick <= 5; tick++) {
            add(tick);
        }

        assertThat(ring.bytes()).isEqualTo(9);
        assertThat(ring.bytesAfter(2)).isEqualTo(9);
        assertThat(ring.after(5)).hasValueSatisfying(missed -> assertThat(missed).isEmpty());
        assertThat(ring.after(2)).hasValueSatisfying(
                missed -> assertThat(missed).containsExactly(delta(3), delta(4), delta(5)));
        assertThat(ring.after(1)).as("dropped for its size").isEmpty();
        assertThat(ring.after(6)).as("of the future").isEmpty();
    }

    @Test
    void the_delta_of_the_tick_at_which_it_was_cleared_leads_nobody_on() {
        add(1);
        ring.clear(2);
        add(2);
        add(3);

        assertThat(ring.after(1)).isEmpty();
        assertThat(ring.after(2)).hasValueSatisfying(missed -> assertThat(missed).containsExactly(delta(3)));
    }

    @Test
    void all_who_come_back_within_a_beat_get_the_same_buffers_and_nothing_outside_the_heap_is_kept_for_longer() {
        add(1);
        add(2);
        ring.letGo();
        List<Buffer> one = ring.after(0).orElseThrow();
        List<Buffer> other = ring.after(1).orElseThrow();
        assertThat(other.getFirst()).isSameAs(one.getLast());

        ring.letGo();

        assertThat(ring.after(0).orElseThrow()).isEqualTo(one)
                .allSatisfy(again -> assertThat(one).noneSatisfy(before -> assertThat(before).isSameAs(again)));
    }
}
