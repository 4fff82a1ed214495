package io.sentinelmesh.probe.stamp;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.probe.ProbeKinds;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StampKindTest {

    private final StampKind kind = new StampKind();

    @Test
    void it_is_in_the_registry() {
        assertThat(ProbeKinds.all()).anyMatch(StampKind.class::isInstance);
    }

    @ParameterizedTest
    @CsvSource({"dscp,64", "dscp,EE", "size,71", "size,9001", "flows,0", "flows,65", "hop-limit,256", "interval,0s",
            "timeout,2h", "count,0", "key-file,/nowhere/at/all", "source,not-an-address", "source,192.0.2.99",
            "family,5", "colour,blue"})
    void a_wrong_setting_is_named_in_one_line(String name, String value) {
        assertThatThrownBy(() -> kind.prepare("127.0.0.1", Settings.of(kind.settings(), Map.of(name, value))))
                .isInstanceOf(BadRequestException.class).message().contains(name).doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:0", "127.0.0.1:65536", "[::1", "224.0.0.1", "255.255.255.255", "0.0.0.0", "[ff02::1]:18620"})
    void a_wrong_target_is_refused_in_one_line(String target) {
        assertThatThrownBy(() -> kind.prepare(target, Settings.of(kind.settings(), Map.of())))
                .isInstanceOf(BadRequestException.class).message().doesNotContain("\n");
    }

    private void prepare(String... settings) {
        Map<String, String> given = new HashMap<>();
        for (String setting : settings) {
            given.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        kind.prepare("127.0.0.1", Settings.of(kind.settings(), given));
    }

    @Test
    void more_than_a_reflector_answers_one_peer_is_refused_with_the_remedy() {
        assertThatThrownBy(() -> prepare("flows=16", "interval=10ms")).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("interval").hasMessageContaining("16ms or more")
                .hasMessageContaining("--peer-rate").message().doesNotContain("\n");
        assertThatThrownBy(() -> prepare("flows=4", "interval=10ms", "rate=399"))
                .isInstanceOf(BadRequestException.class);
        assertThatCode(() -> {
            prepare();
            prepare("flows=1", "interval=1ms");
            prepare("flows=16", "interval=16ms");
            prepare("flows=16", "interval=50ms");
            prepare("flows=4", "count=100", "interval=10ms");
            prepare("flows=16", "interval=10ms", "rate=1600");
        }).doesNotThrowAnyException();
    }

    @Test
    void what_a_run_keeps_fits_a_small_heap() {
        assertThatThrownBy(() -> prepare("count=12501", "flows=16")).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("name fewer");
        assertThatCode(() -> prepare("count=12500", "flows=16")).doesNotThrowAnyException();
    }

    @Test
    void more_packets_than_a_run_keeps_are_refused() {
        assertThatThrownBy(() -> kind.prepare("127.0.0.1",
                Settings.of(kind.settings(), Map.of("count", "100000", "flows", "64"))))
                .isInstanceOf(BadRequestException.class).hasMessageContaining("name fewer");
    }
}
