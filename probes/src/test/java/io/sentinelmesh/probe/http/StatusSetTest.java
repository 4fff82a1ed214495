package io.sentinelmesh.probe.http;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StatusSetTest {

    @Test
    void ranges_hold_both_their_ends() {
        StatusSet set = StatusSet.parse("200-204, 404");

        assertThat(set.contains(200) && set.contains(204) && set.contains(404)).isTrue();
        assertThat(set.contains(199) || set.contains(205) || set.contains(403)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2xx", "299-200", "200,,201", "600", "99", "200-"})
    void nonsense_is_refused(String text) {
        assertThatThrownBy(() -> StatusSet.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected");
    }
}
