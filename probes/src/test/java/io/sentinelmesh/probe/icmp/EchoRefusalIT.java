package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.sentinelmesh.measurement.ProbeOutcome;
import io.sentinelmesh.measurement.ProbeOutcome.Answered;
import io.sentinelmesh.measurement.ProbeOutcome.Lost;
import io.sentinelmesh.measurement.ProbeOutcome.Refused;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.PacketForm;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.RecordedFates;
import io.sentinelmesh.probe.lab.NetworkLab;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.refusal.LocalRefusals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What a real kernel's router says when it turns a packet away, on both rungs and in both families. Three namespaces: prober, router, far host.
 */
class EchoRefusalIT {

    private static final ProbePacing PACING = new ProbePacing(Duration.ofMillis(50), Duration.ofMillis(300));
    private static final InetAddress ROUTER = InetAddress.ofLiteral("192.0.2.254");
    private static final InetAddress ROUTER_6 = InetAddress.ofLiteral("2001:db8:a::fe");
    private static NetworkLab lab;

    private final RecordedFates fates = new RecordedFates(PACING);

    @BeforeAll
    static void makeNetwork() {
        lab = NetworkLab.open();
        lab.namespace("prober");
        lab.router("router");
        lab.namespace("far");
        lab.link("prober", List.of("192.0.2.1/24", "2001:db8:a::1/64"), "router",
                List.of("192.0.2.254/24", "2001:db8:a::fe/64"));
        lab.link("router", List.of("198.51.100.254/24", "2001:db8:b::fe/64"), "far",
                List.of("198.51.100.1/24", "2001:db8:b::1/64"));
        lab.ip("prober", "route add default via 192.0.2.254");
        lab.ip("prober", "-6 route add default via 2001:db8:a::fe");
        lab.ip("far", "route add default via 198.51.100.254");
        lab.ip("far", "-6 route add default via 2001:db8:b::fe");
        routesThatRefuse();
        firewallThatRefuses();
        awaitBothFamilies();
    }

    /** IPv6 needs a moment to find its neighbours on a new link. */
    private static void awaitBothFamilies() {
        RecordedFates first = new RecordedFates(PACING);
        ProbeTarget far = new ProbeTarget(0, InetAddress.ofLiteral("198.51.100.1"));
        ProbeTarget far6 = new ProbeTarget(1, InetAddress.ofLiteral("2001:db8:b::1"));
        try (EchoProber prober = lab.inside("prober",
                () -> EchoProber.open(EchoRung.RAW, new ProberSettings(PACING), first))) {
            prober.probe(List.of(far, far6));
            await().atMost(Duration.ofSeconds(10)).until(() -> Stream.of(0, 1)
                    .allMatch(target -> first.of(target).stream().anyMatch(Answered.class::isInstance)));
        }
    }

    private static void routesThatRefuse() {
        lab.ip("router", "route add unreachable 203.0.113.1");
        lab.ip("router", "route add prohibit 203.0.113.2");
        lab.ip("router", "route add 203.0.113.4 via 198.51.100.1 mtu 70");
        lab.ip("router", "route add 203.0.113.5 via 198.51.100.1");
        lab.ip("router", "route add 203.0.113.7 via 198.51.100.1 mtu 1400");
        lab.ip("router", "-6 route add 2001:db8:f::7 via 2001:db8:b::1 mtu 1400");
        lab.ip("router", "-6 route add unreachable 2001:db8:f::1");
        lab.ip("router", "-6 route add prohibit 2001:db8:f::2");
        lab.ip("router", "-6 route add 2001:db8:f::5 via 2001:db8:b::1");
        lab.ip("prober", "route add 203.0.113.5 via 192.0.2.254 hoplimit 1");
        lab.ip("prober", "-6 route add 2001:db8:f::5 via 2001:db8:a::fe hoplimit 1");
        lab.ip("prober", "route add unreachable 203.0.113.6");
        lab.ip("prober", "-6 route add unreachable 2001:db8:f::6");
        lab.ip("far", "addr add 203.0.113.4/32 dev lo");
    }

    private static void firewallThatRefuses() {
        lab.nft("router", """
                table inet refusing {
                  chain forward {
                    type filter hook forward priority 0;
                    ip daddr 198.51.100.11 reject with icmp type host-unreachable
                    ip daddr 198.51.100.12 reject with icmp type admin-prohibited
                    ip daddr 198.51.100.13 reject with icmp type port-unreachable
                    ip daddr 198.51.100.14 reject with icmp type net-unreachable
                    ip daddr 198.51.100.15 drop
                    ip6 daddr 2001:db8:b::11 reject with icmpv6 type addr-unreachable
                    ip6 daddr 2001:db8:b::12 reject with icmpv6 type admin-prohibited
                    ip6 daddr 2001:db8:b::13 reject with icmpv6 type port-unreachable
                    ip6 daddr 2001:db8:b::14 reject with icmpv6 type no-route
                    ip6 daddr 2001:db8:b::15 drop
                  }
                }""");
        lab.nft("prober", "table inet dropping { chain out { type filter hook output priority 0; "
                + "ip daddr 198.51.100.16 drop; ip6 daddr 2001:db8:b::16 drop; }; }");
    }

    @AfterAll
    static void removeNetwork() {
        if (lab != null) {
            lab.close();
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(EchoRung.values()).flatMap(rung -> Stream.of(
                Arguments.of(rung, "198.51.100.11", RefusalReason.HOST_UNREACHABLE),
                Arguments.of(rung, "198.51.100.12", RefusalReason.ADMINISTRATIVELY_PROHIBITED),
                Arguments.of(rung, "198.51.100.13", RefusalReason.PORT_UNREACHABLE),
                Arguments.of(rung, "198.51.100.14", RefusalReason.NETWORK_UNREACHABLE),
                Arguments.of(rung, "203.0.113.1", RefusalReason.HOST_UNREACHABLE),
                Arguments.of(rung, "203.0.113.2", RefusalReason.ADMINISTRATIVELY_PROHIBITED),
                // The router has no route to it at all.
                Arguments.of(rung, "203.0.113.3", RefusalReason.NETWORK_UNREACHABLE),
                Arguments.of(rung, "203.0.113.5", RefusalReason.HOP_LIMIT_EXCEEDED),
                Arguments.of(rung, "2001:db8:b::11", RefusalReason.HOST_UNREACHABLE),
                Arguments.of(rung, "2001:db8:b::12", RefusalReason.ADMINISTRATIVELY_PROHIBITED),
                Arguments.of(rung, "2001:db8:b::13", RefusalReason.PORT_UNREACHABLE),
                Arguments.of(rung, "2001:db8:b::14", RefusalReason.NETWORK_UNREACHABLE),
                // Linux answers "no route" for a route marked unreachable.
                Arguments.of(rung, "2001:db8:f::1", RefusalReason.NETWORK_UNREACHABLE),
                Arguments.of(rung, "2001:db8:f::2", RefusalReason.ADMINISTRATIVELY_PROHIBITED),
                Arguments.of(rung, "2001:db8:f::3", RefusalReason.NETWORK_UNREACHABLE),
                Arguments.of(rung, "2001:db8:f::5", RefusalReason.HOP_LIMIT_EXCEEDED)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_brings_its_reason_and_the_offenders_address(EchoRung rung, String destination,
            RefusalReason reason) {
        InetAddress offender = destination.contains(":") ? ROUTER_6 : ROUTER;
        try (EchoProber prober = open(rung)) {
            prober.probe(List.of(new ProbeTarget(0, InetAddress.ofLiteral(destination))));

            // Linux lets a router refuse for want of a route six times in a row, then once a second: the rest is silence.
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(fates.of(0)).contains(new Refused(reason, offender)));
        }
        assertThat(fates.of(0)).isSubsetOf(new Refused(reason, offender), new Lost(PACING.lossThreshold()));
    }

    @ParameterizedTest
    @EnumSource
    void a_packet_too_large_for_a_link_on_the_way_is_refused_by_the_router_before_it(EchoRung rung) {
        // What an earlier run taught the prober's kernel would let it fragment.
        lab.ip("prober", "route flush cache");

        List<ProbeOutcome> outcomes = probe(rung, "203.0.113.4", 1);

        assertThat(outcomes.getFirst()).isEqualTo(new Refused(RefusalReason.PACKET_TOO_BIG, ROUTER));
    }

    @ParameterizedTest
    @EnumSource
    void the_far_host_answers_through_the_router(EchoRung rung) {
        assertThat(probe(rung, "198.51.100.1", 3)).hasOnlyElementsOfType(Answered.class);
        assertThat(probe(rung, "2001:db8:b::1", 3)).hasOnlyElementsOfType(Answered.class);
    }

    @ParameterizedTest
    @EnumSource
    void what_a_firewall_drops_on_the_way_is_lost(EchoRung rung) {
        assertThat(probe(rung, "198.51.100.15", 2)).containsOnly(new Lost(PACING.lossThreshold()));
        assertThat(probe(rung, "2001:db8:b::15", 2)).containsOnly(new Lost(PACING.lossThreshold()));
    }

    @ParameterizedTest
    @EnumSource
    void what_this_hosts_own_firewall_or_routes_hold_back_is_refused_by_this_host(EchoRung rung) {
        for (String destination : List.of("198.51.100.16", "203.0.113.6", "2001:db8:f::6")) {
            assertThat(probe(rung, destination, 2)).as(destination)
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOfSatisfying(Refused.class,
                            refused -> assertThat(refused.offender()).isEqualTo(LocalRefusals.THIS_HOST)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_local_ipv6_firewall_rule_is_not_told_by_the_datagram_socket(EchoRung rung) {
        List<ProbeOutcome> outcomes = probe(rung, "2001:db8:b::16", 2);

        // Linux's IPv6 datagram socket says "sent" of a packet that the output chain dropped, so it counts as lost.
        assertThat(outcomes).hasOnlyElementsOfType(switch (rung) {
            case DATAGRAM -> Lost.class;
            case RAW, UDP -> Refused.class;
        });
    }

    @ParameterizedTest
    @EnumSource
    void refusals_and_failures_of_some_cost_the_others_nothing(EchoRung rung) {
        String[] destinations = {"198.51.100.11", "198.51.100.1", "198.51.100.16", "198.51.100.1", "198.51.100.12",
                "198.51.100.1", "203.0.113.6", "2001:db8:b::12", "2001:db8:b::1", "2001:db8:f::6", "2001:db8:b::1"};
        try (EchoProber prober = open(rung)) {
            prober.probe(Stream.iterate(0, i -> i < 10 * destinations.length, i -> i + 1)
                    .map(i -> new ProbeTarget(i, InetAddress.ofLiteral(destinations[i % destinations.length])))
                    .toList());
            await().atMost(Duration.ofSeconds(10)).until(() -> fates.all().size() > 2_000);
            assertThat(prober.counters().unstamped()).isZero();
        }

        for (int i = 0; i < 10 * destinations.length; i++) {
            Class<? extends ProbeOutcome> expected = switch (destinations[i % destinations.length]) {
                case "198.51.100.1", "2001:db8:b::1" -> Answered.class;
                default -> Refused.class;
            };
            assertThat(fates.of(i)).as(destinations[i % destinations.length]).isNotEmpty()
                    .hasOnlyElementsOfType(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_hop_limit_of_one_ends_at_the_router(EchoRung rung) {
        PacketForm near = new PacketForm(56, 0, false, OptionalInt.of(1), Optional.empty());

        assertThat(probe(rung, near, "198.51.100.1", 2))
                .containsOnly(new Refused(RefusalReason.HOP_LIMIT_EXCEEDED, ROUTER));
        assertThat(probe(rung, near, "2001:db8:b::1", 2))
                .containsOnly(new Refused(RefusalReason.HOP_LIMIT_EXCEEDED, ROUTER_6));
    }

    @ParameterizedTest
    @EnumSource
    void a_packet_that_must_not_be_cut_is_refused_where_it_does_not_fit_each_time(EchoRung rung) {
        PacketForm large = new PacketForm(1_440, 0, true, OptionalInt.empty(), Optional.empty());
        PacketForm tooLarge = new PacketForm(1_600, 0, true, OptionalInt.empty(), Optional.empty());

        assertThat(probe(rung, large, "203.0.113.7", 3))
                .containsOnly(new Refused(RefusalReason.PACKET_TOO_BIG, ROUTER));
        assertThat(probe(rung, large, "2001:db8:f::7", 3))
                .containsOnly(new Refused(RefusalReason.PACKET_TOO_BIG, ROUTER_6));
        for (String destination : List.of("198.51.100.1", "2001:db8:b::1")) {
            assertThat(probe(rung, tooLarge, destination, 2))
                    .containsOnly(new Refused(RefusalReason.PACKET_TOO_BIG, LocalRefusals.THIS_HOST));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_packet_in_pieces_is_answered_stamped_and_compared_whole(EchoRung rung) {
        PacketForm pieces = new PacketForm(5_001, 0, false, OptionalInt.empty(), Optional.empty());
        for (String destination : List.of("198.51.100.1", "2001:db8:b::1")) {
            int index = fates.all().size();
            try (EchoProber prober = open(rung, pieces)) {
                prober.probe(List.of(new ProbeTarget(index, InetAddress.ofLiteral(destination))));
                await().atMost(Duration.ofSeconds(10)).until(() -> fates.of(index).size() >= 3);
                assertThat(prober.counters().unstamped()).isZero();
                assertThat(prober.counters().corrupt()).isZero();
            }
            assertThat(fates.of(index)).hasOnlyElementsOfType(Answered.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void packets_carry_their_code_point_and_leave_by_their_interface(EchoRung rung) {
        PacketForm marked = new PacketForm(56, 46, false, OptionalInt.empty(), Optional.of("router"));
        lab.nft("far", "table inet marked { chain in { type filter hook input priority 0; "
                + "ip dscp != ef drop; meta l4proto icmpv6 icmpv6 type echo-request ip6 dscp != ef drop; }; }");
        try {
            assertThat(probe(rung, marked, "198.51.100.1", 2)).hasOnlyElementsOfType(Answered.class);
            assertThat(probe(rung, marked, "2001:db8:b::1", 2)).hasOnlyElementsOfType(Answered.class);
            assertThat(probe(rung, "198.51.100.1", 1)).as("unmarked").hasOnlyElementsOfType(Lost.class);
        } finally {
            lab.nft("far", "flush ruleset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_hop_limit_of_the_answer_tells_of_the_router_between(EchoRung rung) {
        probe(rung, "198.51.100.1", 2);
        probe(rung, "2001:db8:b::1", 2);

        assertThat(fates.events("hop-limit")).isNotEmpty().allMatch(event -> event.endsWith(" 63"));
    }

    @Test
    void a_byte_changed_on_the_way_makes_an_answer_corrupt_and_no_answer() {
        lab.nft("prober", "table inet mangling { chain in { type filter hook prerouting priority -300; "
                + "icmp type echo-reply @th,400,8 set 0xee; }; }");
        try (EchoProber prober = open(EchoRung.RAW)) {
            int index = fates.all().size();
            prober.probe(List.of(new ProbeTarget(index, InetAddress.ofLiteral("198.51.100.1"))));
            await().atMost(Duration.ofSeconds(10)).until(() -> fates.of(index).size() >= 2);

            assertThat(fates.of(index)).hasOnlyElementsOfType(Lost.class);
            assertThat(fates.events("corrupt")).isNotEmpty().containsOnly("corrupt " + index);
            assertThat(prober.counters().corrupt()).isPositive();
        } finally {
            lab.nft("prober", "delete table inet mangling");
        }
    }

    @Test
    void without_an_interface_of_the_name_no_socket_opens() {
        PacketForm nowhere = new PacketForm(56, 0, false, OptionalInt.empty(), Optional.of("nowhere0"));

        assertThatThrownBy(() -> open(EchoRung.RAW, nowhere)).isInstanceOf(NativeCallException.class)
                .hasMessageContaining("nowhere0");
    }

    private List<ProbeOutcome> probe(EchoRung rung, String destination, int fatesAwaited) {
        return probe(rung, PacketForm.USUAL, destination, fatesAwaited);
    }

    private List<ProbeOutcome> probe(EchoRung rung, PacketForm form, String destination, int fatesAwaited) {
        int index = fates.all().size();
        try (EchoProber prober = open(rung, form)) {
            prober.probe(List.of(new ProbeTarget(index, InetAddress.ofLiteral(destination))));
            await().atMost(Duration.ofSeconds(10)).until(() -> fates.of(index).size() >= fatesAwaited);
        }
        return fates.of(index);
    }

    private EchoProber open(EchoRung rung) {
        return open(rung, PacketForm.USUAL);
    }

    private EchoProber open(EchoRung rung, PacketForm form) {
        return lab.inside("prober", () -> EchoProber.open(rung, new ProberSettings(PACING).with(form), fates));
    }
}
