package io.sentinelmesh.probe.udp;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Settings;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Nothing here sends a packet. */
class UdpKindTest {

    private final UdpKind kind = new UdpKind();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"payload|0x1|hexadecimal digits", "size|65508|0 to 65507",
            "expect|[|regular expression", "count|0|1 to 1000000", "dscp|64|0 to 63", "hop-limit|0|1 to 255",
            "timeout|1h|10ms to 1m", "source|192.0.2.1|not an address of this host",
            "source|::1|different address families", "interface|nothere|no 'nothere'"})
    void a_setting_that_cannot_be_is_refused_in_one_line(String setting, String value, String message) {
        assertThatThrownBy(
                () -> kind.prepare("127.0.0.1:9", Settings.of(kind.settings(), Map.of(setting, value))))
                .isInstanceOf(BadRequestException.class).hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,no port", "127.0.0.1:0,no port", "224.0.0.1:9,multicast", "255.255.255.255:9,broadcast",
            "[::1:9,closing"})
    void a_target_that_cannot_be_is_refused(String target, String message) {
        assertThatThrownBy(() -> kind.prepare(target, Settings.of(kind.settings(), Map.of())))
                .isInstanceOf(BadRequestException.class).hasMessageContaining(message);
    }

    @Test
    void a_size_below_the_payloads_is_refused() {
        assertThatThrownBy(() -> kind.prepare("127.0.0.1:9",
                Settings.of(kind.settings(), Map.of("payload", "abcdef", "size", "5"))))
                .isInstanceOf(BadRequestException.class).hasMessageContaining("from 6 to 65507");
    }
}
