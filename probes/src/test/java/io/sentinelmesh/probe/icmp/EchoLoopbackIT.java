package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.ProbeOutcome;
import io.sentinelmesh.measurement.ProbeOutcome.Answered;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.Probers;
import io.sentinelmesh.probe.RecordedFates;
import io.sentinelmesh.probe.lab.NetworkLab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Real packets over loopback, on the host and in a namespace where datagram sockets are open to all. */
class EchoLoopbackIT {

    private static final ProbePacing PACING = new ProbePacing(Duration.ofMillis(50), Duration.ofSeconds(1));
    private static final ProberSettings SETTINGS = new ProberSettings(PACING);
    private static final List<ProbeTarget> LOOPBACK = List.of(new ProbeTarget(0, InetAddress.ofLiteral("127.0.0.1")),
            new ProbeTarget(1, InetAddress.ofLiteral("127.0.0.77")), new ProbeTarget(2, InetAddress.ofLiteral("::1")));
    private static NetworkLab lab;

    private final RecordedFates fates = new RecordedFates(PACING);

    @BeforeAll
    static void makeNamespace() {
        lab = NetworkLab.open();
        lab.namespace("open");
        lab.namespace("closed");
        lab.sysctl("closed", "net.ipv4.ping_group_range=1 0");
    }

    @AfterAll
    static void removeNamespace() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void both_families_answer_with_kernel_stamps_at_both_ends(EchoRung rung) {
        try (EchoProber prober = lab.inside("open", () -> EchoProber.open(rung, SETTINGS, fates))) {
            prober.probe(LOOPBACK);

            answeredOften(20);
            assertThat(prober.counters().unstamped()).isZero();
            assertThat(prober.counters().foreign()).isZero();
        }
        assertThat(fates.duplicates()).isEmpty();
    }

    @Test
    void the_hosts_own_loopback_answers() {
        try (Prober prober = Probers.open(PACING, Optional.empty(), fates)) {
            prober.probe(LOOPBACK);

            answeredOften(5);
            assertThat(prober.rung().kind()).isEqualTo(ProbeKind.ICMP_ECHO);
        }
    }

    @Test
    void where_datagram_sockets_are_open_the_ladder_takes_them() {
        try (Prober prober = lab.inside("open", () -> Probers.open(PACING, Optional.empty(), fates))) {
            assertThat(prober.rung().label()).isEqualTo("icmp-datagram");
            assertThat(prober.rung().remedy()).isEmpty();
        }
    }

    @Test
    void where_they_are_closed_root_takes_the_raw_socket_and_says_how_to_open_them() {
        try (Prober prober = lab.inside("closed", () -> Probers.open(PACING, Optional.empty(), fates))) {
            assertThat(prober.rung().label()).isEqualTo("icmp-raw");
            assertThat(prober.rung().remedy()).hasValue("sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"");
        }
    }

    @ParameterizedTest
    @EnumSource
    void packets_carry_the_chosen_source_address(EchoRung rung) {
        lab.nft("open", "flush ruleset");
        lab.nft("open", "table inet seen { chain in { type filter hook input priority 0; "
                + "icmp type echo-request ip saddr != 127.0.0.42 drop; }; }");
        ProberSettings from = new ProberSettings(PACING, Optional.of(InetAddress.ofLiteral("127.0.0.42")), 7);
        try (EchoProber prober = lab.inside("open", () -> EchoProber.open(rung, from, fates))) {
            prober.probe(LOOPBACK);

            answeredOften(5);
        } finally {
            lab.nft("open", "flush ruleset");
        }
    }

    @Test
    void a_source_address_of_another_host_is_refused_with_the_remedy() {
        Optional<InetAddress> elsewhere = Optional.of(InetAddress.ofLiteral("192.0.2.200"));

        assertThatThrownBy(() -> lab.inside("open", () -> Probers.open(PACING, elsewhere, fates)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("192.0.2.200")
                .hasMessageContaining("ip address");
    }

    @Test
    void two_probers_at_once_do_not_take_each_others_answers() {
        RecordedFates others = new RecordedFates(PACING);
        try (EchoProber one = lab.inside("open", () -> EchoProber.open(EchoRung.RAW, SETTINGS, fates));
                EchoProber two = lab.inside("open", () -> EchoProber.open(EchoRung.RAW, SETTINGS, others))) {
            one.probe(LOOPBACK);
            two.probe(LOOPBACK);

            answeredOften(10);
            assertThat(one.counters().foreign() + two.counters().foreign()).isZero();
        }
        assertThat(fates.duplicates()).isEmpty();
        assertThat(others.duplicates()).isEmpty();
    }

    @Test
    void nothing_is_told_after_closing() {
        Prober prober = lab.inside("open", () -> EchoProber.open(EchoRung.DATAGRAM, SETTINGS, fates));
        prober.probe(LOOPBACK);
        answeredOften(2);

        prober.close();
        int told = fates.all().size();
        int ticks = fates.ticks().size();

        await().during(Duration.ofMillis(200)).atMost(Duration.ofSeconds(2))
                .until(() -> fates.all().size() == told && fates.ticks().size() == ticks);
    }

    private void answeredOften(int times) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            for (ProbeTarget target : LOOPBACK) {
                assertThat(fates.of(target.index())).hasSizeGreaterThanOrEqualTo(times);
            }
        });
        assertThat(fates.all()).extracting(RecordedFates.Fate::outcome).allSatisfy(EchoLoopbackIT::plausible);
    }

    private static void plausible(ProbeOutcome outcome) {
        assertThat(outcome).isInstanceOfSatisfying(Answered.class,
                answered -> assertThat(answered.roundTripDelay()).isBetween(Duration.ofNanos(100),
                        Duration.ofMillis(50)));
    }
}
