package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
import io.sentinelmesh.probe.lab.RefusingNetwork;
import io.sentinelmesh.probe.refusal.LocalRefusals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a real kernel tells of connections to hosts that take them, refuse them, or are not to be reached, in both families. */
class TcpConnectProberIT {

    private static final ProbePacing PACING = new ProbePacing(Duration.ofMillis(50), Duration.ofMillis(300));
    private static final int PORT = 7;
    private static RefusingNetwork network;

    private final RecordedFates fates = new RecordedFates(PACING);

    @BeforeAll
    static void makeNetwork() {
        network = RefusingNetwork.open();
    }

    @AfterAll
    static void removeNetwork() {
        if (network != null) {
            network.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", RefusingNetwork.FAR_ADDRESS, RefusingNetwork.FAR_ADDRESS_6})
    void a_reset_proves_the_host_is_there(String destination) {
        assertThat(probe(destination, PACING)).hasOnlyElementsOfType(Answered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.FAR_ADDRESS, RefusingNetwork.FAR_ADDRESS_6})
    void a_connection_taken_is_an_answer_too(String destination) throws Exception {
        try (ServerSocket listener = network.inside(RefusingNetwork.FAR,
                () -> new ServerSocket(PORT, 50, InetAddress.ofLiteral(destination)))) {
            assertThat(probe(destination, PACING)).hasOnlyElementsOfType(Answered.class);
            assertThat(listener.isBound()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.SILENT, RefusingNetwork.SILENT_6})
    void silence_is_loss(String destination) {
        assertThat(probe(destination, PACING)).containsOnly(new Lost(PACING.lossThreshold()));
    }

    static Stream<Arguments> refusals() {
        return RefusingNetwork.refusals();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void an_icmp_error_is_a_refusal_by_who_sent_it(String destination, RefusalReason reason, InetAddress offender) {
        assertThat(probe(destination, PACING)).containsOnly(new Refused(reason, offender));
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.UNROUTED, RefusingNetwork.UNROUTED_6})
    void without_a_route_this_host_refuses(String destination) {
        assertThat(probe(destination, PACING)).allSatisfy(
                outcome -> assertThat(outcome).isInstanceOfSatisfying(Refused.class,
                        refused -> assertThat(refused.offender()).isEqualTo(LocalRefusals.THIS_HOST)));
    }

    @Test
    void more_due_than_sockets_allowed_is_not_sent_and_the_rest_is_measured() {
        // 1,000 a second that each wait 600 ms want 600 sockets.
        ProbePacing pacing = new ProbePacing(Duration.ofMillis(1), Duration.ofMillis(600));
        List<ProbeOutcome> outcomes = probe(RefusingNetwork.SILENT, pacing, 1_500);

        assertThat(outcomes).hasAtLeastOneElementOfType(Lost.class).hasAtLeastOneElementOfType(NotSent.class)
                .hasOnlyElementsOfTypes(Lost.class, NotSent.class);
    }

    @Test
    void the_rung_is_labelled_as_what_it_is_and_names_the_remedy() {
        try (Prober prober = open(PACING)) {
            assertThat(prober.rung().kind()).isEqualTo(ProbeKind.TCP_CONNECT);
            assertThat(prober.rung().label()).isEqualTo("tcp-connect");
            assertThat(prober.rung().remedy()).hasValue("the remedy");
        }
    }

    private List<ProbeOutcome> probe(String destination, ProbePacing pacing) {
        return probe(destination, pacing, 3);
    }

    private List<ProbeOutcome> probe(String destination, ProbePacing pacing, int fatesAwaited) {
        try (Prober prober = open(pacing)) {
            prober.probe(List.of(new ProbeTarget(4, InetAddress.ofLiteral(destination))));
            await().atMost(Duration.ofSeconds(10)).until(() -> fates.of(4).size() >= fatesAwaited);
        }
        return fates.of(4);
    }

    private Prober open(ProbePacing pacing) {
        return network.inside(RefusingNetwork.PROBER,
                () -> TcpConnectProber.open(new ProberSettings(pacing, Optional.empty(), PORT), fates, "the remedy"));
    }
}
