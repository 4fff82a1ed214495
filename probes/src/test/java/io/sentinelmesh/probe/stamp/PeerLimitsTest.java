package io.sentinelmesh.probe.stamp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PeerLimitsTest {

    private static final long SECOND = 1_000_000_000L;

    private static int permitted(PeerLimits limits, int packets, long gap) {
        int permitted = 0;
        for (int i = 0; i < packets; i++) {
            permitted += limits.permits(0, 1, false, i * gap) ? 1 : 0;
        }
        return permitted;
    }

    @Property(tries = 200)
    void a_peer_gets_its_rate_and_a_seconds_worth_at_once(@ForAll @IntRange(min = 1, max = 500) int rate,
            @ForAll @IntRange(min = 1, max = 100) int gapMicros) {
        int packets = 20_000;
        PeerLimits limits = new PeerLimits(rate, 1_000_000, 42);

        long lasted = packets * gapMicros * 1_000L;
        int most = (int) (rate + lasted * rate / SECOND) + 1;

        assertThat(permitted(limits, packets, gapMicros * 1_000L)).isBetween(Math.min(packets, most - 2), most);
    }

    @Example
    void who_keeps_to_the_rate_is_never_refused() {
        assertThat(permitted(new PeerLimits(100, 1_000_000, 42), 5_000, SECOND / 100)).isEqualTo(5_000);
    }

    @Example
    void all_peers_together_have_a_cap_too() {
        PeerLimits limits = new PeerLimits(1_000, 50, 42);
        int permitted = 0;
        for (int peer = 0; peer < 10_000; peer++) {
            permitted += limits.permits(0, peer, false, 0) ? 1 : 0;
        }

        assertThat(permitted).isEqualTo(50);
    }

    @Example
    void one_ipv6_network_is_one_peer() {
        PeerLimits limits = new PeerLimits(10, 1_000_000, 42);
        int permitted = 0;
        for (int host = 0; host < 1_000; host++) {
            permitted += limits.permits(77, host, true, 0) ? 1 : 0;
        }

        assertThat(permitted).isEqualTo(10);
    }

    @Property
    void a_key_keeps_its_place_as_long_as_it_is_asked_for(@ForAll long secret) {
        KeyedSlots slots = new KeyedSlots(64, SECOND, secret);
        int place = slots.claim(1, 2, 3, 0);
        assertThat(slots.isFresh()).isTrue();
        for (int stranger = 0; stranger < 1_000; stranger++) {
            slots.claim(9, stranger, 0, 2L * stranger + 1);
            assertThat(slots.claim(1, 2, 3, 2L * stranger + 2)).isEqualTo(place);
            assertThat(slots.isFresh()).isFalse();
        }
        assertThat(slots.evictions()).isGreaterThan(900);
        assertThat(slots.find(1, 2, 3)).isEqualTo(place);
        assertThat(slots.find(1, 2, 4)).isEqualTo(-1);
    }

    @Example
    void a_key_that_was_idle_too_long_begins_anew() {
        KeyedSlots slots = new KeyedSlots(64, SECOND, 5);
        slots.claim(1, 2, 3, 0);
        slots.claim(1, 2, 3, SECOND + 1);

        assertThat(slots.isFresh()).isTrue();
        assertThat(slots.evictions()).isZero();
    }
}
