package io.sentinelmesh.probe.kind;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TargetsTest {

    private static final InetAddress FOUR = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress SIX = InetAddress.ofLiteral("2001:db8::1");

    /** One host of each sort; nothing is asked outside. */
    private static final Targets.NameService NAMES = name -> switch (name) {
        case "both" -> new InetAddress[]{SIX, FOUR};
        case "four" -> new InetAddress[]{FOUR};
        case "many" -> new InetAddress[]{InetAddress.ofLiteral("224.0.0.5")};
        default -> throw new UnknownHostException(name);
    };

    @ParameterizedTest
    @CsvSource({"both,any,2001:db8::1", "both,4,192.0.2.1", "both,6,2001:db8::1", "four,any,192.0.2.1"})
    void the_first_address_of_the_wanted_family_is_taken(String name, String family, String address) {
        assertThat(Targets.resolve(name, family, NAMES)).isEqualTo(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            nobody | any | 'nobody' has no address: check the spelling
            four   | 6   | 'four' has no IPv6 address: leave the family to "any"
            many   | any | 'many' is a multicast, broadcast or unspecified address (224.0.0.5): name one host's own address
            ~ ~    | any | no target: name a host or an address
            """)
    void what_names_no_one_host_is_refused_with_the_remedy(String name, String family, String message) {
        assertThatThrownBy(() -> Targets.resolve(name, family, NAMES)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_source_must_be_this_hosts_and_of_the_targets_family() {
        InetAddress loopback = InetAddress.getLoopbackAddress();

        assertThat(Targets.source("127.0.0.1", loopback)).isEqualTo(loopback);
        assertThatThrownBy(() -> Targets.source("192.0.2.99", FOUR)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("`ip address` lists those");
        assertThatThrownBy(() -> Targets.source("127.0.0.1", SIX)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("different address families");
        assertThatThrownBy(() -> Targets.source("localhost", FOUR)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("expected an address of this host, not 'localhost'");
    }

    @ParameterizedTest
    @CsvSource({"host:80,host,80", "192.0.2.1:65535,192.0.2.1,65535", "[2001:db8::1]:443,2001:db8::1,443",
            "host,host,7",
            "[2001:db8::1],2001:db8::1,7", "2001:db8::1,2001:db8::1,7"})
    void a_port_follows_the_host_or_is_the_default(String text, String host, int port) {
        assertThat(Targets.hostPort(text, 7)).isEqualTo(new Targets.HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:0", "host:65536", "host:x", "[2001:db8::1", "[2001:db8::1]x", "host:-1"})
    void what_is_no_port_is_refused(String text) {
        assertThatThrownBy(() -> Targets.hostPort(text, 7)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("write ");
    }

    @Test
    void without_a_default_the_port_must_be_written() {
        assertThatThrownBy(() -> Targets.hostPort("host", 0)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("write HOST:PORT");
    }
}
