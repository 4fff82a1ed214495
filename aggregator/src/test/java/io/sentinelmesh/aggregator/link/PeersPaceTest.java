package io.sentinelmesh.aggregator.link;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PeersPaceTest {

    private static final long BEGIN = Long.MAX_VALUE - 5;
    private static final long SECOND = 1_000_000_000;

    private final PeersPace pace = new PeersPace(BEGIN);

    @Test
    void the_first_news_is_told_at_once() {
        assertThat(pace.mayTell(BEGIN)).isTrue();
    }

    @Test
    void the_more_agents_were_told_the_longer_the_next_news_waits() {
        pace.told(1_000, BEGIN);
        assertThat(pace.mayTell(BEGIN + 2 * SECOND - 1)).isFalse();
        assertThat(pace.mayTell(BEGIN + 2 * SECOND)).isTrue();

        pace.told(PeersPace.FEW_AGENTS, BEGIN);
        assertThat(pace.mayTell(BEGIN)).isTrue();
    }
}
