package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.net.ServerSocket;
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

/** Connections to real hosts and through real routers. */
class TcpKindIT {

    private static final int PORT = 7;
    private static final int FORGETFUL_PORT = 9;
    private static RefusingNetwork network;

    @BeforeAll
    static void makeNetwork() {
        network = RefusingNetwork.open();
        // Every first SYN is lost, every second arrives.
        network.lab().nft(RefusingNetwork.FAR, "table inet forgetful { chain in { type filter hook input priority 0; "
                + "tcp dport " + FORGETFUL_PORT + " tcp flags syn numgen inc mod 2 == 0 drop; }; }");
        network.lab().nft(RefusingNetwork.PROBER,
                "table inet dropping { chain out { type filter hook output priority 0; "
                        + "ip daddr 198.51.100.16 drop; ip6 daddr 2001:db8:b::16 drop; }; }");
    }

    @AfterAll
    static void removeNetwork() {
        if (network != null) {
            network.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.FAR_ADDRESS, RefusingNetwork.FAR_ADDRESS_6})
    void a_connection_is_timed_by_the_kernel_and_reset(String address) throws Exception {
        try (ServerSocket listener = listen(address, PORT)) {
            Report report = probe(address, PORT);

            assertThat(report.reached()).isTrue();
            assertThat(report.outcome()).isEqualTo("connected");
            assertThat(report.values()).containsEntry("connected", 3).containsEntry("sent", 3)
                    .containsEntry("delay_source", "kernel").containsEntry("repeated_syns", 0);
            double kernel = (double) report.values().get("round_trip_ms_median");
            assertThat(report.values().get("connect_ms_max")).asInstanceOf(DOUBLE).isGreaterThan(kernel);
            assertThat(kernel).isPositive();
            assertThat(listener.isBound()).isTrue();
        }
    }

    @Test
    void a_repeated_syn_is_told_and_its_time_is_ours() throws Exception {
        try (ServerSocket _ = listen(RefusingNetwork.FAR_ADDRESS, FORGETFUL_PORT)) {
            Report report = probe(RefusingNetwork.FAR_ADDRESS, FORGETFUL_PORT, "count", "1", "timeout", "10s");

            assertThat(report.values()).containsEntry("connected", 1).containsEntry("repeated_syns", 1)
                    .containsEntry("delay_source", "connect-time").doesNotContainKey("round_trip_ms_median");
            assertThat(report.values().get("connect_ms_median")).asInstanceOf(DOUBLE).isGreaterThan(900.0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.FAR_ADDRESS, RefusingNetwork.FAR_ADDRESS_6})
    void a_closed_port_refuses(String address) {
        Report report = probe(address, PORT);

        assertThat(report.reached()).isFalse();
        assertThat(report.outcome()).isEqualTo("refused");
        assertThat(report.values()).containsEntry("refused", 3).containsKey("reset_ms_median")
                .containsEntry("refusals", List.of());
    }

    static Stream<Arguments> refusals() {
        return RefusingNetwork.refusals();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_on_the_way_names_its_reason_and_the_offender(String address, RefusalReason reason,
            InetAddress offender) {
        Report report = probe(address, PORT);

        String word = RefusalTally.word(reason);
        assertThat(report.outcome()).isEqualTo(word);
        assertThat(report.values()).containsEntry("refusals",
                List.of(Map.of("reason", word, "offender", AddressText.of(offender), "count", 3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.SILENT, RefusingNetwork.SILENT_6})
    void silence_is_a_timeout(String address) {
        assertThat(probe(address, PORT).outcome()).isEqualTo("timeout");
    }

    /** Linux keeps to itself that a SYN never left, other than of a datagram. */
    @ParameterizedTest
    @ValueSource(strings = {"198.51.100.16", "2001:db8:b::16"})
    void what_this_hosts_own_firewall_drops_looks_like_a_timeout(String address) {
        assertThat(probe(address, PORT).outcome()).isEqualTo("timeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {RefusingNetwork.UNROUTED, RefusingNetwork.UNROUTED_6})
    void without_a_route_this_host_refuses(String address) {
        Report report = probe(address, PORT);

        assertThat(report.outcome()).isEqualTo("host-unreachable");
        assertThat(report.lines()).contains("3 host-unreachable, says 127.0.0.1");
    }

    @Test
    void the_source_address_is_the_one_that_was_asked_for() throws Exception {
        try (ServerSocket listener = listen(RefusingNetwork.FAR_ADDRESS, PORT)) {
            probe(RefusingNetwork.FAR_ADDRESS, PORT, "count", "1", "source", "192.0.2.9", "interface", "router",
                    "dscp", "EF", "hop-limit", "9");

            assertThat(listener.accept().getInetAddress()).isEqualTo(InetAddress.ofLiteral("192.0.2.9"));
        }
    }

    @Test
    void a_hop_limit_that_does_not_reach_is_exceeded_at_the_router() {
        Report report = probe(RefusingNetwork.FAR_ADDRESS, PORT, "hop-limit", "1");

        assertThat(report.outcome()).isEqualTo("hop-limit-exceeded");
    }

    private static ServerSocket listen(String address, int port) {
        return network.inside(RefusingNetwork.FAR, () -> new ServerSocket(port, 50, InetAddress.ofLiteral(address)));
    }

    private static Report probe(String address, int port, String... settings) {
        Map<String, String> written = new HashMap<>(Map.of("count", "3", "interval", "20ms", "timeout", "200ms"));
        for (int i = 0; i < settings.length; i += 2) {
            written.put(settings[i], settings[i + 1]);
        }
        TcpKind kind = new TcpKind();
        return network.inside(RefusingNetwork.PROBER,
                () -> kind.prepare("[" + address + "]:" + port, Settings.of(kind.settings(), written))
                        .run(Progress.SILENT));
    }
}
