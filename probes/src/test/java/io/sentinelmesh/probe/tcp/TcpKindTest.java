package io.sentinelmesh.probe.tcp;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Settings;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Nothing here sends a packet. */
class TcpKindTest {

    private final TcpKind kind = new TcpKind();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"count|0|1 to 1000000", "interval|0s|1ms to 1h", "dscp|64|0 to 63",
            "hop-limit|256|1 to 255", "timeout|1h|10ms to 1m", "source|192.0.2.1|not an address of this host",
            "source|::1|different address families", "interface|nothere|no 'nothere'", "family|6|no IPv6 address",
            "size|5|unknown setting"})
    void a_setting_that_cannot_be_is_refused_in_one_line(String setting, String value, String message) {
        assertThatThrownBy(
                () -> kind.prepare("127.0.0.1:9", Settings.of(kind.settings(), Map.of(setting, value))))
                .isInstanceOf(BadRequestException.class).hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,no port", "127.0.0.1:65536,no port", "[ff02::1]:9,multicast", "0.0.0.0:9,unspecified"})
    void a_target_that_cannot_be_is_refused(String target, String message) {
        assertThatThrownBy(() -> kind.prepare(target, Settings.of(kind.settings(), Map.of())))
                .isInstanceOf(BadRequestException.class).hasMessageContaining(message);
    }
}
