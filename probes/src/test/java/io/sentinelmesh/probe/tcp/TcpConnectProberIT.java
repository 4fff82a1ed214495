package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.ProbeOutcome;
import io.sentinelmesh.measurement.ProbeOutcome.Answered;
import io.sentinelmesh.measurement.ProbeOutcome.Lost;
import io.sentinelmesh.measurement.ProbeOutcome.NotSent;
import io.sentinelmesh.measurement.ProbeOutcome.Refused;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.RecordedFates;
import io.sentinelmesh.probe.lab.NetworkLab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class TcpConnectProberIT {

    private static final ProbePacing PACING = new ProbePacing(Duration.ofMillis(50), Duration.ofMillis(300));
    private static final int PORT = 7;
    private static NetworkLab lab;

    private final RecordedFates fates = new RecordedFates(PACING);

    @BeforeAll
    static void makeNetwork() {
        lab = NetworkLab.open();
        lab.namespace("near");
        lab.namespace("far");
        lab.link("near", List.of("192.0.2.1/24", "2001:db8:a::1/64"), "far",
                List.of("192.0.2.2/24", "192.0.2.3/24", "192.0.2.4/24", "2001:db8:a::2/64", "2001:db8:a::3/64"));
        lab.nft("far", """
                table inet refusing {
                  chain in {
                    type filter hook input priority 0;
                    ip daddr 192.0.2.3 drop
                    ip6 daddr 2001:db8:a::3 drop
                    ip daddr 192.0.2.4 reject with icmp type host-unreachable
                  }
                }""");
    }

    @AfterAll
    static void removeNetwork() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "192.0.2.2", "2001:db8:a::2"})
    void a_reset_proves_the_host_is_there(String destination) {
        assertThat(probe(destination)).hasOnlyElementsOfType(Answered.class);
    }

    @Test
    void a_connection_taken_is_an_answer_too() throws Exception {
        try (ServerSocket listener = lab.inside("far",
                () -> new ServerSocket(PORT, 50, InetAddress.ofLiteral("192.0.2.2")))) {
            assertThat(probe("192.0.2.2")).hasOnlyElementsOfType(Answered.class);
            assertThat(listener.isBound()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.3", "2001:db8:a::3"})
    void silence_is_loss(String destination) {
        assertThat(probe(destination)).containsOnly(new Lost(PACING.lossThreshold()));
    }

    @Test
    void an_icmp_error_is_a_refusal() {
        assertThat(probe("192.0.2.4"))
                .containsOnly(new Refused(RefusalReason.HOST_UNREACHABLE, InetAddress.ofLiteral("192.0.2.4")));
    }

    @Test
    void without_a_route_nothing_was_sent() {
        assertThat(probe("203.0.113.1")).hasOnlyElementsOfType(NotSent.class);
    }

    @Test
    void the_rung_is_labelled_as_what_it_is_and_names_the_remedy() {
        try (Prober prober = open()) {
            assertThat(prober.rung().kind()).isEqualTo(ProbeKind.TCP_CONNECT);
            assertThat(prober.rung().label()).isEqualTo("tcp-connect");
            assertThat(prober.rung().remedy()).hasValue("the remedy");
        }
    }

    private List<ProbeOutcome> probe(String destination) {
        try (Prober prober = open()) {
            prober.probe(List.of(new ProbeTarget(4, InetAddress.ofLiteral(destination))));
            await().atMost(Duration.ofSeconds(10)).until(() -> fates.of(4).size() >= 3);
        }
        return fates.of(4);
    }

    private Prober open() {
        return lab.inside("near",
                () -> TcpConnectProber.open(new ProberSettings(PACING, Optional.empty(), PORT), fates, "the remedy"));
    }
}
