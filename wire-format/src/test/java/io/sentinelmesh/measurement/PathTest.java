package io.sentinelmesh.measurement;

import java.net.InetAddress;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PathTest {

    @Test
    void the_hash_of_a_path_never_changes() {
        assertThat(reached("192.0.2.1", "*", "198.51.100.1").hash()).isEqualTo("34faf8c32c9145d9");
        assertThat(reached("2001:db8::1", "2001:db8::2").hash()).isEqualTo("c5e6b3c305f9d53c");
    }

    @Test
    void another_router_is_another_path() {
        Path one = reached("192.0.2.1", "192.0.2.2", "198.51.100.1");
        Path other = reached("192.0.2.1", "192.0.2.3", "198.51.100.1");

        assertThat(one.agreesWith(other)).isFalse();
        assertThat(one.hash()).isNotEqualTo(other.hash());
        assertThatThrownBy(() -> one.mergedWith(other)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_silent_hop_agrees_with_any_router() {
        Path silent = reached("192.0.2.1", "*", "198.51.100.1");
        Path told = reached("192.0.2.1", "192.0.2.2", "198.51.100.1");

        assertThat(silent.agreesWith(told)).isTrue();
        assertThat(told.agreesWith(silent)).isTrue();
        assertThat(silent.mergedWith(told)).isEqualTo(told);
    }

    @Test
    void paths_of_different_length_to_the_destination_differ() {
        assertThat(reached("192.0.2.1", "198.51.100.1").agreesWith(reached("192.0.2.1", "*", "198.51.100.1")))
                .isFalse();
    }

    @Test
    void a_path_that_ends_early_agrees_with_the_way_it_began() {
        Path whole = reached("192.0.2.1", "192.0.2.2", "198.51.100.1");

        assertThat(unreached("192.0.2.1", "*", "*").agreesWith(whole)).isTrue();
        assertThat(whole.agreesWith(unreached("192.0.2.1"))).isTrue();
        assertThat(unreached("192.0.2.9").agreesWith(whole)).isFalse();
        assertThat(unreached("*", "*", "*", "192.0.2.4").agreesWith(whole)).isFalse();
        assertThat(unreached("192.0.2.1").mergedWith(whole)).isEqualTo(whole);
    }

    @Test
    void where_two_ways_part_is_the_first_hop_at_which_they_cannot_be_one() {
        Path one = reached("192.0.2.1", "*", "192.0.2.3", "198.51.100.1");

        assertThat(one.firstDifferingHop(reached("192.0.2.1", "192.0.2.2", "192.0.2.3", "198.51.100.1"))).isZero();
        assertThat(one.firstDifferingHop(reached("192.0.2.1", "192.0.2.2", "192.0.2.4", "198.51.100.1"))).isEqualTo(3);
        assertThat(one.firstDifferingHop(unreached("192.0.2.1", "*", "192.0.2.3", "*", "192.0.2.5"))).isEqualTo(5);
    }

    @Test
    void silence_behind_the_last_answer_is_not_part_of_a_path() {
        assertThat(unreached("192.0.2.1", "*", "*")).isEqualTo(unreached("192.0.2.1"));
    }

    @Test
    void two_routers_that_come_again_are_a_loop() {
        assertThat(unreached("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2").isLoop()).isTrue();
        assertThat(unreached("192.0.2.1", "192.0.2.2", "*", "192.0.2.1", "192.0.2.2").isLoop()).isTrue();
    }

    @Test
    void one_address_in_a_row_is_no_loop() {
        assertThat(unreached("192.0.2.1", "203.0.113.1", "203.0.113.1", "203.0.113.1").isLoop()).isFalse();
        assertThat(unreached("192.0.2.1", "192.0.2.2", "192.0.2.1").isLoop()).isFalse();
    }

    private static Path reached(String... hops) {
        return path(true, hops);
    }

    private static Path unreached(String... hops) {
        return path(false, hops);
    }

    static Path path(boolean reached, String... hops) {
        return new Path(Stream.of(hops).map(
                hop -> hop.equals("*") ? Optional.<InetAddress>empty() : Optional.of(InetAddress.ofLiteral(hop)))
                .toList(), reached);
    }
}
