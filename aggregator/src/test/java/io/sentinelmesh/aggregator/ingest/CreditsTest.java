package io.sentinelmesh.aggregator.ingest;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CreditsTest {

    private final Credits credits = new Credits();

    @Test
    void they_shrink_as_the_queue_fills_and_end_at_nothing() {
        assertThat(credits.adjust(0.2)).isFalse();
        assertThat(credits.adjust(0.3)).isTrue();
        assertThat(credits.current()).isEqualTo(1);
        assertThat(credits.adjust(0.6)).isTrue();
        assertThat(credits.current()).isZero();
    }

    @Test
    void they_come_back_only_when_there_is_room_again() {
        credits.adjust(0.6);

        assertThat(credits.adjust(0.4)).isFalse();
        assertThat(credits.adjust(0.2)).isFalse();
        assertThat(credits.adjust(0.05)).isTrue();
        assertThat(credits.current()).isEqualTo(Credits.OPEN);
    }
}
