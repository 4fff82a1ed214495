package io.sentinelmesh.probe.certificate;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ServerNamesTest {

    private static boolean match(String host, String... names) {
        return ServerNames.match(host, List.of(names));
    }

    @Test
    void a_name_is_compared_without_case_and_final_dot() {
        assertThat(match("Web.Example.org.", "other.example", "web.example.ORG")).isTrue();
        assertThat(match("web.example.org", "example.org")).isFalse();
    }

    @Test
    void a_wildcard_stands_for_one_whole_label() {
        assertThat(match("web.example.org", "*.example.org")).isTrue();
        assertThat(match("a.web.example.org", "*.example.org")).isFalse();
        assertThat(match("example.org", "*.example.org")).isFalse();
        assertThat(match(".example.org", "*.example.org")).isFalse();
        assertThat(match("web.example.org", "w*.example.org")).isFalse();
        assertThat(match("web.example.org", "web.*.org")).isFalse();
        assertThat(match("web.example.org", "*.*.org")).isFalse();
    }

    @Test
    void a_wildcard_does_not_stand_below_a_top_level_domain() {
        assertThat(match("example.org", "*.org")).isFalse();
        assertThat(match("example", "*")).isFalse();
    }

    @Test
    void an_address_is_compared_as_an_address() {
        assertThat(match("2001:db8::1", "2001:db8:0:0:0:0:0:1")).isTrue();
        assertThat(match("192.0.2.1", "192.0.2.2", "192.0.2.1")).isTrue();
        assertThat(match("192.0.2.1", "*.0.2.1")).isFalse();
    }

    @Property
    void a_certificate_without_names_is_for_nobody(@ForAll String host) {
        assertThat(match(host)).isFalse();
    }

    @Property
    void any_text_as_a_name_is_compared_without_failing(@ForAll String host, @ForAll String name) {
        assertThat(match(host, name)).isIn(true, false);
    }
}
