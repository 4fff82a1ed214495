package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TargetRulesTest {

    @Test
    void two_targets_may_share_an_address_but_not_an_index() {
        ProbeTarget target = target(1, "192.0.2.1");

        assertThat(TargetRules.require(List.of(target, target(2, "192.0.2.1")))).hasSize(2);
        assertThatThrownBy(() -> TargetRules.require(List.of(target, target(1, "192.0.2.2"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("index 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.1", "ff02::1", "255.255.255.255", "0.0.0.0", "::"})
    void an_address_that_is_not_one_hosts_is_refused_by_name(String address) {
        assertThatThrownBy(() -> TargetRules.require(List.of(target(0, address))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(InetAddress.ofLiteral(address).getHostAddress());
    }

    @Test
    void there_is_a_limit_to_the_number_of_targets() {
        List<ProbeTarget> tooMany = IntStream.rangeClosed(0, TargetRules.MOST_TARGETS)
                .mapToObj(i -> target(i, "192.0.2.1")).toList();

        assertThatThrownBy(() -> TargetRules.require(tooMany)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, -1})
    void a_port_that_is_none_is_refused(int port) {
        assertThatThrownBy(() -> new ProberSettings(ProbePacing.DEFAULT, Optional.empty(), port))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(String.valueOf(port));
    }

    private static ProbeTarget target(int index, String address) {
        return new ProbeTarget(index, InetAddress.ofLiteral(address));
    }
}
