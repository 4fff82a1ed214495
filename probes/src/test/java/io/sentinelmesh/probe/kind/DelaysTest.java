package io.sentinelmesh.probe.kind;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DelaysTest {

    private final Delays delays = new Delays();
    private final Map<String, Object> values = new LinkedHashMap<>();

    @Test
    void of_no_delays_nothing_is_told() {
        delays.tell("round_trip_ms", values);

        assertThat(values).isEmpty();
        assertThat(delays.line()).isEmpty();
    }

    @Test
    void figures_are_told_in_milliseconds_whatever_the_order() {
        for (int i = 100; i > 0; i--) {
            delays.add(i * 1_000_000L);
        }
        delays.tell("d", values);

        assertThat(values).containsExactly(Map.entry("d_min", 1.0), Map.entry("d_median", 50.0),
                Map.entry("d_mean", 50.5), Map.entry("d_p95", 95.0), Map.entry("d_max", 100.0));
        assertThat(delays.line()).hasValue("min/median/max 1.000/50.000/100.000 ms");
    }
}
