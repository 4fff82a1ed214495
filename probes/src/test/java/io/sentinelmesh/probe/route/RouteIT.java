package io.sentinelmesh.probe.route;

import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Traces through real kernels' routers, in both families. */
class RouteIT {

    private static final String SIXTEEN_PORTS = String.join(",",
            Stream.iterate(41_000, port -> port + 1).limit(16).map(String::valueOf).toList());

    private static RoutedLab routed;

    @BeforeAll
    static void makeNetwork() {
        routed = new RoutedLab();
        for (String far : List.of(RoutedLab.FAR, RoutedLab.FAR_6)) {
            // Neighbours need a moment to find each other.
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> trace(far, Map.of("timeout", "300ms", "retries", "0")).reached());
        }
    }

    @AfterAll
    static void removeNetwork() {
        if (routed != null) {
            routed.close();
        }
    }

    @AfterEach
    void openEverything() {
        for (String router : List.of("first", "upper", "lower", "last", "far")) {
            routed.lab().nft(router, "flush ruleset");
        }
    }

    @ParameterizedTest
    @CsvSource({"10.0.6.2,udp", "2001:db8:6::2,udp", "10.0.6.2,icmp", "2001:db8:6::2,icmp", "10.0.6.2,tcp",
            "2001:db8:6::2,tcp"})
    void the_routers_of_the_way_are_named(String far, String mode) {
        Report report = trace(far, Map.of("mode", mode));

        assertThat(report.outcome()).isEqualTo("reached");
        assertThat(report.values()).containsEntry("hop_count", 4);
        assertThat(hop(report, 1)).hasSize(1);
        assertThat(hop(report, 4)).hasSize(1);
        assertThat(roundTrip(report, 4)).isBetween(0.0, 500.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {RoutedLab.FAR, RoutedLab.FAR_6})
    void both_links_of_equal_cost_are_seen_and_told_to_go_by_flow(String far) {
        Report report = trace(far, Map.of("source-ports", SIXTEEN_PORTS));

        assertThat(report.outcome()).isEqualTo("reached");
        assertThat(hop(report, 2)).hasSize(2);
        assertThat(report.values()).containsEntry("load_balancer", "per-flow").containsEntry("first_differing_hop", 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {RoutedLab.FAR, RoutedLab.FAR_6})
    void one_flow_asked_twice_takes_the_same_way(String far) {
        Report once = trace(far, Map.of("source-ports", SIXTEEN_PORTS));
        Report again = trace(far, Map.of("source-ports", SIXTEEN_PORTS));

        assertThat(again.values().get("path_hashes")).isEqualTo(once.values().get("path_hashes"));
    }

    @Test
    void a_choice_made_for_each_packet_is_told() {
        routed.lab().nft("first", """
                table ip spread {
                  chain each {
                    type filter hook prerouting priority mangle;
                    ip daddr 10.0.6.2 meta mark set numgen random mod 2
                  }
                }""");
        routed.lab().ip("first", "rule add fwmark 1 lookup 77 priority 100");
        routed.lab().ip("first", "route add default via 10.0.3.2 table 77");
        routed.lab().ip("first", "rule add to 10.0.6.0/24 fwmark 0 lookup 78 priority 101");
        routed.lab().ip("first", "route add default via 10.0.2.2 table 78");
        try {
            // Four flows go the same way by chance one time in eight; sixteen do so once in 32,768.
            Report report = trace(RoutedLab.FAR, Map.of("flows", "16"));

            assertThat(report.outcome()).isEqualTo("reached");
            assertThat(report.values()).containsEntry("load_balancer", "per-packet");
        } finally {
            routed.lab().ip("first", "rule del priority 100");
            routed.lab().ip("first", "rule del priority 101");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RoutedLab.FAR, RoutedLab.FAR_6})
    void a_dead_link_of_equal_cost_is_named_by_its_flows(String far) {
        routed.lab().nft("upper",
                "table inet dead { chain passing { type filter hook forward priority 0; iifname \"first\" drop; }; }");

        Report report = trace(far, Map.of("source-ports", SIXTEEN_PORTS, "timeout", "200ms", "retries", "2"));

        assertThat(report.outcome()).isEqualTo("partly-reached");
        assertThat(report.values()).containsEntry("first_differing_hop", 2);
        List<?> lost = maps(report.values(), "flows").stream().filter(flow -> flow.get("outcome").equals("unreached"))
                .map(flow -> flow.get("source_port")).toList();
        assertThat(lost).isNotEmpty().hasSizeLessThan(16);
        assertThat(maps(report.values(), "branches")).anySatisfy(
                branch -> assertThat((List<?>) branch.get("flows")).isEqualTo(lost));
    }

    @ParameterizedTest
    @CsvSource({"10.0.6.2,icmp type admin-prohibited,administratively-prohibited",
            "2001:db8:6::2,icmpv6 type admin-prohibited,administratively-prohibited",
            "10.0.6.2,icmp type host-unreachable,host-unreachable",
            "10.0.6.2,icmp type port-unreachable,port-unreachable"})
    void a_router_that_says_no_is_named(String far, String reject, String outcome) {
        routed.lab().nft("last", "table inet no { chain passing { type filter hook forward priority 0; oifname \"far\" "
                + "meta l4proto udp reject with " + reject + "; }; }");

        Report report = trace(far, Map.of());

        assertThat(report.outcome()).isEqualTo(outcome);
        assertThat(report.reached()).isFalse();
        assertThat(maps(report.values(), "flows"))
                .allSatisfy(flow -> assertThat(flow).containsEntry("refused_at_hop", 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.9.1", "2001:db8:9::1"})
    void a_loop_is_told(String nowhere) {
        String via = nowhere.contains(":") ? "2001:db8:4::1" : "10.0.4.1";
        String family = nowhere.contains(":") ? "-6 " : "";
        routed.lab().ip("last", family + "route replace " + nowhere + " via " + via);

        assertThat(trace(nowhere, Map.of("retries", "0", "timeout", "200ms")).outcome()).isEqualTo("loop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.6.77", "2001:db8:6::77"})
    void a_host_that_is_not_there_is_unreachable(String nobody) {
        String outcome = trace(nobody, Map.of("timeout", "4s", "retries", "0")).outcome();

        assertThat(outcome).isEqualTo("host-unreachable");
    }

    @Test
    void hops_that_limit_their_errors_are_labelled_and_nothing_is_lost() {
        List<String> all = List.of("first", "upper", "lower", "last", "far");
        all.forEach(router -> routed.lab().sysctl(router, "net.ipv4.icmp_ratelimit=1000"));
        try {
            Report report = trace(RoutedLab.FAR,
                    Map.of("source-ports", "41000,41001,41002,41003,41004,41005,41006,41007"));

            assertThat(report.outcome()).isEqualTo("reached");
            assertThat(maps(report.values(), "hops")).filteredOn(hop -> hop.containsKey("note"))
                    .isNotEmpty().allSatisfy(hop -> assertThat(hop).containsEntry("note", "maybe-rate-limited"));
        } finally {
            all.forEach(router -> routed.lab().sysctl(router, "net.ipv4.icmp_ratelimit=0"));
        }
    }

    @Test
    void a_flow_from_a_port_that_is_in_use_is_refused_with_the_remedy() {
        assertThatThrownBy(() -> routed.lab().inside("prober", () -> {
            try (var _ = new DatagramSocket(41_500)) {
                RouteKind kind = new RouteKind();
                return kind.prepare(RoutedLab.FAR,
                        Settings.of(kind.settings(), Map.of("source-ports", "41500")));
            }
        })).isInstanceOf(BadRequestException.class).hasMessageContaining("choose other source ports");
    }

    @Test
    void what_does_not_fit_the_interface_is_refused_before_a_packet_leaves() {
        routed.lab().ip("prober", "link set first mtu 1300");
        try {
            assertThatThrownBy(() -> trace(RoutedLab.FAR, Map.of("size", "1290")))
                    .isInstanceOf(BadRequestException.class).hasMessageContaining("at most 1272 fit");
        } finally {
            routed.lab().ip("prober", "link set first mtu 1500");
        }
    }

    @Test
    void autonomous_systems_come_from_the_file(@TempDir Path folder) throws Exception {
        Path table = Files.writeString(folder.resolve("as"), "10.0.6.0/24,64500,Example Net\n");

        Report report = trace(RoutedLab.FAR, Map.of("as-table", table.toString()));

        assertThat(hop(report, 4).getFirst()).containsEntry("as_number", 64_500L).containsEntry("as_name",
                "Example Net");
        assertThat(hop(report, 1).getFirst()).doesNotContainKey("as_number");
    }

    private static Report trace(String target, Map<String, String> settings) {
        return routed.trace(target, new HashMap<>(settings));
    }

    private static List<Map<String, Object>> hop(Report report, int hopLimit) {
        return maps(maps(report.values(), "hops").get(hopLimit - 1), "addresses");
    }

    private static double roundTrip(Report report, int hopLimit) {
        return (double) hop(report, hopLimit).getFirst().getOrDefault("round_trip_ms", -1.0);
    }

    @SuppressWarnings("unchecked") // the report's own form
    private static List<Map<String, Object>> maps(Map<String, Object> values, String key) {
        return (List<Map<String, Object>>) values.getOrDefault(key, List.of());
    }
}
