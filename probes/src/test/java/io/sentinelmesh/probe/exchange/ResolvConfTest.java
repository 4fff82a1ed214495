package io.sentinelmesh.probe.exchange;

import java.net.InetAddress;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ResolvConfTest {

    @Test
    void servers_are_read_in_order_and_no_more_than_three() {
        String text = """
                # nameserver 192.0.2.9
                search example.org
                nameserver 192.0.2.1
                  nameserver\t2001:db8::1 # the second one
                nameserver not-an-address
                nameserver 192.0.2.3
                nameserver 192.0.2.4
                """;

        assertThat(ResolvConf.servers(text)).containsExactly(InetAddress.ofLiteral("192.0.2.1"),
                InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("192.0.2.3"));
    }

    @Test
    void a_host_without_servers_asks_itself() {
        assertThat(ResolvConf.servers("search example.org\n")).isEqualTo(List.of(InetAddress.getLoopbackAddress()));
    }

    @Property
    void any_text_gives_one_to_three_servers(@ForAll String text) {
        assertThat(ResolvConf.servers("nameserver " + text)).hasSizeBetween(1, 3);
        assertThat(ResolvConf.servers(text)).hasSizeBetween(1, 3);
    }
}
