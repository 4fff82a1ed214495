package io.sentinelmesh.probe.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.kind.AddressText;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.lab.RefusingNetwork;
import io.sentinelmesh.probe.refusal.RefusalTally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.DOUBLE;

/** Requests to real services and through real routers. */
class UdpKindIT {

    private static final int PORT = 7;
    private static RefusingNetwork network;

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
    @ValueSource(strings = {RefusingNetwork.FAR_ADDRESS, RefusingNetwork.FAR_ADDRESS_6})
    void an_answer_is_timed_by_the_kernel_at_both_ends(String address) throws Exception {
        try (Service service = Service.echoing(address)) {
            Report report = probe(address, "payload", "hello", "expect", "^hello$");

            assertThat(service.heard).isEqualTo("hello");
            assertThat(report.reached()).isTrue();
            assertThat(report.outcome()).isEqualTo("answered");
            assertThat(report.values()).containsEntry("answered", 3).containsEntry("lost", 0)
                    .containsEntry("unstamped", 0);
            assertThat(report.values().get("round_trip_ms_median")).asInstanceOf(DOUBLE).isBetween(0.001, 200.0);
        }
    }

    @Test
    void an_answer_that_is_not_what_is_expected_is_told_as_that() throws Exception {
        try (Service _ = Service.echoing(RefusingNetwork.FAR_ADDRESS)) {
            Report report = probe(RefusingNetwork.FAR_ADDRESS, "payload", "hello", "expect", "0x00");

            assertThat(report.reached()).isFalse();
            assertThat(report.outcome()).isEqualTo("mismatched");
            assertThat(report.values()).containsEntry("mismatched", 3);
        }
    }

    @Test
    void an_answer_from_another_port_is_not_taken_for_ours() throws Exception {
        try (Service _ = Service.answeringFromElsewhere(RefusingNetwork.FAR_ADDRESS)) {
            Report report = probe(RefusingNetwork.FAR_ADDRESS, "payload", "hello");

            assertThat(report.outcome()).isEqualTo("lost");
            assertThat(report.values()).containsEntry("lost", 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.FAR_ADDRESS, RefusingNetwork.FAR_ADDRESS_6})
    void a_closed_port_is_told_by_the_host_itself(String address) {
        Report report = probe(address);

        assertThat(report.outcome()).isEqualTo("port-unreachable");
        assertThat(report.values()).containsEntry("refusals",
                List.of(Map.of("reason", "port-unreachable", "offender", address, "count", 3)));
    }

    static Stream<Arguments> refusals() {
        return RefusingNetwork.refusals();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_on_the_way_names_its_reason_and_the_offender(String address, RefusalReason reason,
            InetAddress offender) {
        Report report = probe(address);

        String word = RefusalTally.word(reason);
        assertThat(report.outcome()).isEqualTo(word);
        assertThat(report.values()).containsEntry("refusals",
                List.of(Map.of("reason", word, "offender", AddressText.of(offender), "count", 3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.SILENT, RefusingNetwork.SILENT_6})
    void silence_is_loss(String address) {
        assertThat(probe(address).outcome()).isEqualTo("lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.UNROUTED, RefusingNetwork.UNROUTED_6})
    void without_a_route_this_host_refuses(String address) {
        Report report = probe(address);

        assertThat(report.outcome()).endsWith("-unreachable");
        assertThat(report.lines()).anyMatch(line -> line.contains("unreachable, says 127.0.0.1"));
    }

    private static Report probe(String address, String... settings) {
        Map<String, String> written = new HashMap<>(Map.of("count", "3", "interval", "20ms", "timeout", "200ms"));
        for (int i = 0; i < settings.length; i += 2) {
            written.put(settings[i], settings[i + 1]);
        }
        UdpKind kind = new UdpKind();
        return network.inside(RefusingNetwork.PROBER,
                () -> kind.prepare("[" + address + "]:" + PORT, Settings.of(kind.settings(), written))
                        .run(Progress.SILENT));
    }

    /** On the far host; a thread of its own answers whatever comes. */
    private static final class Service implements AutoCloseable {

        private final DatagramSocket in;
        private final DatagramSocket out;
        private volatile String heard = "";

        private Service(DatagramSocket in, DatagramSocket out) {
            this.in = in;
            this.out = out;
            Thread.ofPlatform().name("service").daemon().start(this::serve);
        }

        static Service echoing(String address) {
            DatagramSocket socket = open(address, PORT);
            return new Service(socket, socket);
        }

        static Service answeringFromElsewhere(String address) {
            return new Service(open(address, PORT), open(address, PORT + 1));
        }

        private static DatagramSocket open(String address, int port) {
            return network.inside(RefusingNetwork.FAR,
                    () -> new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), port)));
        }

        private void serve() {
            DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
            try {
                while (true) {
                    in.receive(packet);
                    heard = new String(packet.getData(), 0, packet.getLength(),
                            StandardCharsets.UTF_8);
                    out.send(packet);
                }
            } catch (SocketException e) {
                // Closed: the test is over.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            in.close();
            out.close();
        }
    }
}
