package io.sentinelmesh.probe.icmp;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PacketsUnderWayTest {

    private final PacketsUnderWay underWay = new PacketsUnderWay();

    @Test
    void growing_loses_nothing() {
        for (int i = 0; i < 700; i++) {
            underWay.add(i, i, i);
            underWay.passOldest();
        }

        for (int i = 700; i < 700 + 5 * PacketsUnderWay.FIRST_CAPACITY; i++) {
            long sequence = underWay.add(i, 10L * i, 100L * i);
            underWay.stamp(sequence, 1_000L * i);
        }

        for (int i = 700; i < 700 + 5 * PacketsUnderWay.FIRST_CAPACITY; i++) {
            assertThat(underWay.target(i)).isEqualTo(i);
            assertThat(underWay.sentMonotonic(i)).isEqualTo(10L * i);
            assertThat(underWay.sentWall(i)).isEqualTo(1_000L * i);
            assertThat(underWay.state(i)).isEqualTo(PacketsUnderWay.STAMPED);
        }
    }

    @Test
    void sixteen_bits_find_the_newest_packet_that_ends_in_them() {
        for (int i = 0; i < 70_000; i++) {
            underWay.add(i, 0, 0);
        }

        assertThat(underWay.newestEndingIn(0)).isEqualTo(65_536);
        assertThat(underWay.newestEndingIn(69_999 & 0xffff)).isEqualTo(69_999);
        assertThat(underWay.newestEndingIn(70_000 & 0xffff)).isEqualTo(70_000 - 65_536);
    }

    @Test
    void sixteen_bits_that_no_known_packet_ends_in_find_none() {
        underWay.add(1, 0, 0);
        underWay.add(2, 0, 0);
        underWay.passOldest();

        assertThat(underWay.newestEndingIn(0)).isNegative();
        assertThat(underWay.newestEndingIn(1)).isEqualTo(1);
        assertThat(underWay.newestEndingIn(2)).isNegative();
    }
}
