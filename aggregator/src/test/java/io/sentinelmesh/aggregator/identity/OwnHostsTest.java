package io.sentinelmesh.aggregator.identity;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OwnHostsTest {

    @Test
    void what_somebody_advertises_comes_first_and_loopback_is_always_there() {
        List<String> hosts = OwnHosts.of("192.0.2.7", List.of("mesh.example.net"));

        assertThat(hosts).startsWith("mesh.example.net").contains("localhost", "127.0.0.1", "::1", "192.0.2.7");
    }

    @Test
    void who_listens_everywhere_is_reached_by_its_own_addresses_and_by_no_wildcard() {
        assertThat(OwnHosts.of("0.0.0.0", List.of())).doesNotContain("0.0.0.0").doesNotHaveDuplicates();
        assertThat(OwnHosts.of("[::]", List.of())).doesNotContain("::", "[::]");
    }

    @Test
    void brackets_are_no_part_of_an_address() {
        assertThat(OwnHosts.of("[2001:db8::7]", List.of())).contains("2001:db8::7");
    }
}
