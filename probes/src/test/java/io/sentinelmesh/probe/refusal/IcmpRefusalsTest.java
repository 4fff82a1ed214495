package io.sentinelmesh.probe.refusal;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static io.sentinelmesh.measurement.RefusalReason.ADMINISTRATIVELY_PROHIBITED;
import static io.sentinelmesh.measurement.RefusalReason.HOP_LIMIT_EXCEEDED;
import static io.sentinelmesh.measurement.RefusalReason.HOST_UNREACHABLE;
import static io.sentinelmesh.measurement.RefusalReason.NETWORK_UNREACHABLE;
import static io.sentinelmesh.measurement.RefusalReason.OTHER;
import static io.sentinelmesh.measurement.RefusalReason.PACKET_TOO_BIG;
import static io.sentinelmesh.measurement.RefusalReason.PORT_UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

class IcmpRefusalsTest {

    @Test
    void every_code_of_destination_unreachable_has_its_reason() {
        assertThat(IntStream.rangeClosed(0, 16).mapToObj(code -> IcmpRefusals.reason(3, code))).containsExactly(
                NETWORK_UNREACHABLE, HOST_UNREACHABLE, OTHER, PORT_UNREACHABLE, PACKET_TOO_BIG, OTHER,
                NETWORK_UNREACHABLE, HOST_UNREACHABLE, OTHER, ADMINISTRATIVELY_PROHIBITED, ADMINISTRATIVELY_PROHIBITED,
                NETWORK_UNREACHABLE, HOST_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED, ADMINISTRATIVELY_PROHIBITED,
                ADMINISTRATIVELY_PROHIBITED, OTHER);
    }

    @Test
    void every_code_of_ipv6_destination_unreachable_has_its_reason() {
        assertThat(IntStream.rangeClosed(0, 7).mapToObj(code -> IcmpRefusals.ipv6Reason(1, code))).containsExactly(
                NETWORK_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED, HOST_UNREACHABLE, HOST_UNREACHABLE, PORT_UNREACHABLE,
                ADMINISTRATIVELY_PROHIBITED, ADMINISTRATIVELY_PROHIBITED, OTHER);
    }

    @Test
    void a_hop_limit_exceeded_is_not_a_reassembly_that_took_too_long() {
        assertThat(IcmpRefusals.reason(11, 0)).isEqualTo(HOP_LIMIT_EXCEEDED);
        assertThat(IcmpRefusals.reason(11, 1)).isEqualTo(OTHER);
        assertThat(IcmpRefusals.ipv6Reason(3, 0)).isEqualTo(HOP_LIMIT_EXCEEDED);
        assertThat(IcmpRefusals.ipv6Reason(3, 1)).isEqualTo(OTHER);
        assertThat(IcmpRefusals.ipv6Reason(2, 0)).isEqualTo(PACKET_TOO_BIG);
    }
}
