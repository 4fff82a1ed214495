package io.sentinelmesh.measurement;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RecentFatesTest {

    @Test
    void the_newest_packet_comes_first() {
        RecentFates fates = RecentFates.NONE.plus(true).plus(true).plus(false);

        assertThat(fates).isEqualTo(new RecentFates(0b110, 3));
        assertThat(fates.lost(0)).isFalse();
        assertThat(fates.lost(1)).isTrue();
        assertThat(fates.unansweredRun()).isZero();
    }

    @Test
    void the_unanswered_run_ends_with_the_newest_answer() {
        assertThat(new RecentFates(0b1011, 4).unansweredRun()).isEqualTo(2);
    }

    @Test
    void the_unanswered_run_is_no_longer_than_what_is_known() {
        assertThat(RecentFates.NONE.unansweredRun()).isZero();
        assertThat(new RecentFates(0b111, 3).unansweredRun()).isEqualTo(3);
        assertThat(new RecentFates(0, 64).unansweredRun()).isZero();
    }

    @Test
    void sixty_four_lost_packets_are_a_run_of_sixty_four() {
        RecentFates fates = RecentFates.NONE;
        for (int i = 0; i < 100; i++) {
            fates = fates.plus(true);
        }

        assertThat(fates).isEqualTo(new RecentFates(-1L, 64));
        assertThat(fates.unansweredRun()).isEqualTo(64);
        assertThat(fates.plus(false).unansweredRun()).isZero();
    }

    @Test
    void the_oldest_packet_is_forgotten_when_all_places_are_taken() {
        RecentFates fates = new RecentFates(Long.MIN_VALUE, 64);

        assertThat(fates.lost(63)).isTrue();
        assertThat(fates.plus(false)).isEqualTo(new RecentFates(0, 64));
    }

    @Test
    void bits_beyond_the_count_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RecentFates(0b1000, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new RecentFates(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RecentFates(0, 65));
        assertThatIllegalArgumentException().isThrownBy(() -> new RecentFates(0, -1));
    }

    @Test
    void a_packet_that_is_not_known_has_no_fate() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> new RecentFates(0, 3).lost(3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> new RecentFates(0, 3).lost(-1));
    }
}
