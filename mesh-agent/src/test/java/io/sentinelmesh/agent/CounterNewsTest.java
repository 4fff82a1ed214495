package io.sentinelmesh.agent;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.ProberCounters;

import static org.assertj.core.api.Assertions.assertThat;

class CounterNewsTest {

    @Test
    void only_what_grew_is_news() {
        ProberCounters before = new ProberCounters(1, 2, 3, 4, 5, 6, 7, 8);
        ProberCounters now = new ProberCounters(4, 2, 3, 4, 5, 6, 9, 8);

        assertThat(CounterNews.between(before, now)).hasValue("3 late answers, 2 packets left out because of that");
        assertThat(CounterNews.between(now, now)).isEmpty();
    }
}
