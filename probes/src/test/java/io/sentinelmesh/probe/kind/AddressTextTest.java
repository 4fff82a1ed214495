package io.sentinelmesh.probe.kind;

import java.net.InetAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class AddressTextTest {

    @ParameterizedTest
    @CsvSource({"192.0.2.1,192.0.2.1", "0:0:0:0:0:0:0:1,::1", "::,::", "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
            "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1", "2001:DB8::FE,2001:db8::fe", "fe80::,fe80::",
            "2001:0:0:1:0:0:0:1,2001:0:0:1::1"})
    void an_address_has_one_form(String written, String form) {
        assertThat(AddressText.of(InetAddress.ofLiteral(written))).isEqualTo(form);
    }
}
