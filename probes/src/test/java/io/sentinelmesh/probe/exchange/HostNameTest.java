package io.sentinelmesh.probe.exchange;

import javax.net.ssl.SNIHostName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HostNameTest {

    @Test
    void the_dot_of_the_root_is_not_part_of_a_name() {
        assertThat(HostName.require("web.example.org.")).isEqualTo("web.example.org");
        assertThat(HostName.require("localhost")).isEqualTo("localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "::1"})
    void an_address_stays_as_it_is(String address) {
        assertThat(HostName.require(address)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", "a..", "under_score.example.org", "-a.example.org", "a b"})
    void what_no_server_can_be_asked_for_is_refused(String name) {
        assertThatThrownBy(() -> HostName.require(name)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no host name: expected");
    }

    @Property
    void what_is_taken_can_be_told_to_a_server(@ForAll String text) {
        try {
            String name = HostName.require(text);

            assertThat(HostName.isAddress(name) || new SNIHostName(name).getAsciiName().length() > 0).isTrue();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("is no host name");
        }
    }
}
