package io.sentinelmesh.probe.route;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeparturesTest {

    private static final TestPacket PACKET = new TestPacket(3, 0);
    private final Departures departures = new Departures();

    @Test
    void the_kernels_stamps_decide() {
        departures.leaves(PACKET, 1_000);
        departures.left(PACKET, 5_000_100);

        assertThat(departures.roundTripNanos(PACKET, 5_000_900, 10_000)).isEqualTo(800);
    }

    @Test
    void without_stamps_it_is_the_time_until_now() {
        departures.leaves(PACKET, 1_000);

        assertThat(departures.roundTripNanos(PACKET, 5_000_900, 10_000)).isEqualTo(9_000);
    }

    @Test
    void a_clock_set_in_between_is_noticed() {
        departures.leaves(PACKET, 1_000);
        departures.left(PACKET, 5_000_000);

        assertThat(departures.roundTripNanos(PACKET, 4_000_000, 10_000)).isEqualTo(9_000);
        assertThat(departures.roundTripNanos(PACKET, 9_000_000, 10_000)).isEqualTo(9_000);
    }

    @Test
    void a_packet_that_never_left_has_none() {
        assertThat(departures.roundTripNanos(PACKET, 9_000_000, 10_000)).isZero();
    }
}
