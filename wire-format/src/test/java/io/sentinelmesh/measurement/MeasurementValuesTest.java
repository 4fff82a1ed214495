package io.sentinelmesh.measurement;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MeasurementValuesTest {

    private static final NodeId NODE = NodeId.parse("a0000000-0000-4000-8000-000000000001");
    private static final RoundTripDelays ONE_DELAY = RoundTripDelays.ofMicros(100);

    @Test
    void loss_is_the_share_of_sent_packets_that_went_unanswered() {
        PairResult result = PairResult.of(NODE, 4, 10, 20, 30);

        assertThat(result.received()).isEqualTo(3);
        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.lossRatio()).isEqualTo(0.25);
    }

    @Test
    void nothing_sent_is_not_no_loss() {
        assertThat(PairResult.of(NODE, 0).lossRatio()).isNaN();
    }

    @Test
    void more_answers_than_packets_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PairResult.of(NODE, 1, 10, 20))
                .withMessageContaining("2 packets answered of 1");
    }

    @Test
    void negative_counts_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PairResult.of(NODE, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PairResult(NODE, 1, ONE_DELAY, List.of(), -1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PairResult(NODE, 1, ONE_DELAY, List.of(), 0, -1));
    }

    @Test
    void a_packet_was_answered_or_refused_but_not_both() {
        assertThat(new PairResult(NODE, 3, ONE_DELAY, List.of(refused(2)), 0, 0).lost()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PairResult(NODE, 3, ONE_DELAY, List.of(refused(3)), 0, 0))
                .withMessageContaining("3 packets refused, but only 2 of 3");
    }

    @Test
    void refusals_that_overflow_an_int_are_not_taken_for_few() {
        List<RefusalCount> refusals = List.of(refused(Integer.MAX_VALUE), refused(Integer.MAX_VALUE), refused(2));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PairResult(NODE, 3, ONE_DELAY, refusals, 0, 0));
    }

    @Test
    void a_refusal_happened_at_least_once() {
        assertThatIllegalArgumentException().isThrownBy(() -> refused(0));
    }

    @Test
    void a_round_lasts_a_second_to_an_hour() {
        assertThat(row(Duration.ofSeconds(1)).roundLength()).isEqualTo(Duration.ofSeconds(1));
        assertThat(row(Duration.ofHours(1)).roundLength()).isEqualTo(Duration.ofHours(1));
        assertThatIllegalArgumentException().isThrownBy(() -> row(Duration.ofMillis(999)));
        assertThatIllegalArgumentException().isThrownBy(() -> row(Duration.ofHours(1).plusNanos(1)));
    }

    @Test
    void a_round_trip_delay_is_never_negative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ProbeOutcome.Answered(Duration.ofNanos(-1)));
    }

    @Test
    void a_name_is_short_and_safe_to_show() {
        assertThat(named("Zürich core-1_a.b:c/d").name()).isEqualTo("Zürich core-1_a.b:c/d");
        assertThat(named("x".repeat(64)).name()).hasSize(64);
        for (String bad : List.of("", " ", "x".repeat(65), "a\nb", "<b>", "a\"b", "a\u001b[0m")) {
            assertThatIllegalArgumentException().isThrownBy(() -> named(bad));
        }
    }

    @Test
    void an_address_is_never_blank_nor_longer_than_a_host_name() {
        for (String bad : List.of("", " ", "x".repeat(256))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new MeshNode(NODE, MeshNode.Role.AGENT, "a", "s", bad));
        }
    }

    @Test
    void an_address_is_a_literal_or_a_host_name() {
        for (String good : List.of("192.0.2.1", "2001:db8::1", "[2001:db8::1]", "fe80::1%eth0.5", "my_host-1.example",
                "bücher.example")) {
            assertThat(at(good).address()).isEqualTo(good);
        }
        for (String bad : List.of("a\u0000b", "192.0.2.1\nINFO", "a\u001b[0m", "a\u007f", "a\u009b", "a b", "<b>",
                "a/b", "a'b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> at(bad))
                    .withMessageContaining("address may hold letters, digits").withMessageMatching("\\P{Cc}*");
        }
    }

    @Test
    void a_node_id_is_a_uuid_in_full() {
        assertThat(NodeId.parse(NODE.toString())).isEqualTo(NODE);
        for (String bad : List.of("", "1-1-1-1-1", "a0000000-0000-4000-8000-00000000000g", NODE + "0")) {
            assertThatIllegalArgumentException().isThrownBy(() -> NodeId.parse(bad));
        }
    }

    @Test
    void two_agents_that_name_one_endpoint_mean_one_node() {
        assertThat(NodeId.ofEndpoint("gateway", "192.0.2.1")).isEqualTo(NodeId.ofEndpoint("gateway", "192.0.2.1"))
                .isNotEqualTo(NodeId.ofEndpoint("gateway", "192.0.2.2"));
    }

    @Test
    void numbers_on_the_wire_are_never_given_another_meaning() {
        assertThat(Arrays.stream(ProbeKind.values()).map(kind -> kind + "=" + kind.number()))
                .contains("ICMP_ECHO=1", "TCP_CONNECT=2", "UDP_CLOSED_PORT=3", "STAMP=4").doesNotHaveDuplicates();
        assertThat(Arrays.stream(RefusalReason.values()).map(reason -> reason + "=" + reason.number())).contains(
                "NETWORK_UNREACHABLE=1", "HOST_UNREACHABLE=2", "PORT_UNREACHABLE=3", "ADMINISTRATIVELY_PROHIBITED=4",
                "PACKET_TOO_BIG=5", "HOP_LIMIT_EXCEEDED=6", "CONNECTION_REFUSED=7", "OTHER=8");
        for (ProbeKind kind : ProbeKind.values()) {
            assertThat(ProbeKind.ofNumber(kind.number())).isEqualTo(kind);
        }
        for (RefusalReason reason : RefusalReason.values()) {
            assertThat(RefusalReason.ofNumber(reason.number())).isEqualTo(reason);
        }
    }

    @Test
    void a_reason_of_a_newer_version_is_a_refusal_all_the_same_but_a_kind_is_not_guessed() {
        assertThat(RefusalReason.ofNumber(99)).isEqualTo(RefusalReason.OTHER);
        assertThatIllegalArgumentException().isThrownBy(() -> ProbeKind.ofNumber(99));
    }

    private static MatrixRow row(Duration roundLength) {
        return new MatrixRow(NODE, ProbeKind.ICMP_ECHO, Instant.EPOCH, roundLength, List.of());
    }

    private static MeshNode at(String address) {
        return new MeshNode(NODE, MeshNode.Role.ENDPOINT, "name", "site", address);
    }

    private static MeshNode named(String name) {
        return new MeshNode(NODE, MeshNode.Role.AGENT, name, "site", "192.0.2.1");
    }

    private static RefusalCount refused(int count) {
        return new RefusalCount(RefusalReason.OTHER, InetAddress.ofLiteral("192.0.2.1"), count);
    }
}
