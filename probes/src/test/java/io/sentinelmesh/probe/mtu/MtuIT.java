package io.sentinelmesh.probe.mtu;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.lab.NetworkLab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A real router before a narrow link, in both families. */
class MtuIT {

    private static final int NARROW = 1_380;
    private static NetworkLab lab;

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
        for (String far : List.of("198.51.100.1", "2001:db8:b::1")) {
            await().atMost(Duration.ofSeconds(10)).until(() -> search(far, "icmp").reached());
        }
    }

    @AfterAll
    static void removeNetwork() {
        if (lab != null) {
            lab.close();
        }
    }

    @AfterEach
    void wideAgain() {
        lab.nft("router", "flush ruleset");
        lab.ip("router", "link set far mtu 1500");
        lab.ip("far", "link set router mtu 1500");
        // What the kernel learned of the path stays for minutes.
        lab.ip("prober", "route flush cache");
        lab.ip("prober", "-6 route flush cache");
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.1,udp", "198.51.100.1,icmp", "2001:db8:b::1,udp", "2001:db8:b::1,icmp"})
    void the_interfaces_size_passes(String far, String mode) {
        Report report = search(far, mode);

        assertThat(report.outcome()).as(report.values().toString()).isEqualTo("full");
        assertThat(report.values()).containsEntry("path_mtu_bytes", 1_500).doesNotContainKey("limited_by");
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.1,udp,192.0.2.254", "198.51.100.1,icmp,192.0.2.254",
            "2001:db8:b::1,udp,2001:db8:a::fe",
            "2001:db8:b::1,icmp,2001:db8:a::fe"})
    void a_router_that_tells_is_named(String far, String mode, String router) {
        narrow();

        Report report = search(far, mode);

        assertThat(report.outcome()).isEqualTo("reduced");
        assertThat(report.values()).containsEntry("path_mtu_bytes", NARROW).containsEntry("limited_by", router);
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.1,icmp", "2001:db8:b::1,icmp", "198.51.100.1,udp"})
    void a_router_whose_word_is_filtered_makes_a_black_hole(String far, String mode) {
        narrow();
        lab.nft("router", "table inet hush { chain out { type filter hook output priority 0; "
                + "icmp type destination-unreachable drop; icmpv6 type packet-too-big drop; }; }");

        Report report = search(far, mode);

        assertThat(report.outcome()).isEqualTo("black-hole");
        assertThat(report.values()).containsEntry("path_mtu_bytes", NARROW).doesNotContainKey("limited_by");
    }

    @Test
    void a_destination_that_limits_its_answers_is_no_black_hole() {
        lab.sysctl("far", "net.ipv4.icmp_ratelimit=1000");
        narrow();
        lab.nft("router", "table inet hush { chain out { type filter hook output priority 0; "
                + "icmp type destination-unreachable drop; }; }");
        try {
            Report report = search("198.51.100.1",
                    Map.of("mode", "udp", "timeout", "200ms", "least", "1378", "most", "1382", "tries", "2"));

            assertThat(report.values()).containsEntry("path_mtu_bytes", NARROW);
        } finally {
            lab.sysctl("far", "net.ipv4.icmp_ratelimit=0");
        }
    }

    @Test
    void where_echo_is_filtered_udp_is_tried() {
        lab.nft("far",
                "table inet deaf { chain in { type filter hook input priority 0; icmp type echo-request drop; }; }");
        try {
            Report report = search("198.51.100.1", "auto");

            assertThat(report.outcome()).isEqualTo("full");
            assertThat(report.values()).containsEntry("mode", "udp");
        } finally {
            lab.nft("far", "flush ruleset");
        }
    }

    @Test
    void a_firewall_that_says_no_is_told() {
        lab.nft("router", "table inet no { chain passing { type filter hook forward priority 0; "
                + "reject with icmpx type admin-prohibited; }; }");

        Report report = search("198.51.100.1", "udp");

        assertThat(report.outcome()).isEqualTo("administratively-prohibited");
        assertThat(report.reached()).isFalse();
    }

    @Test
    void more_than_the_interface_takes_is_refused() {
        MtuKind kind = new MtuKind();

        assertThatThrownBy(() -> lab.inside("prober",
                () -> kind.prepare("198.51.100.1", Settings.of(kind.settings(), Map.of("most", "1600")))))
                .isInstanceOf(BadRequestException.class).hasMessageContaining("1500");
    }

    @Test
    void icmp_without_permission_is_refused_with_the_remedy() {
        lab.sysctl("prober", "net.ipv4.ping_group_range=1 0");
        try {
            assertThatThrownBy(() -> search("198.51.100.1", "icmp")).isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("ping_group_range");
            assertThat(search("198.51.100.1", "auto").outcome()).isEqualTo("full");
        } finally {
            lab.sysctl("prober", "net.ipv4.ping_group_range=0 2147483647");
        }
    }

    private static void narrow() {
        lab.ip("router", "link set far mtu " + NARROW);
        lab.ip("far", "link set router mtu " + NARROW);
    }

    private static Report search(String target, String mode) {
        return search(target, Map.of("mode", mode, "timeout", "300ms"));
    }

    private static Report search(String target, Map<String, String> settings) {
        MtuKind kind = new MtuKind();
        return lab.inside("prober",
                () -> kind.prepare(target, Settings.of(kind.settings(), settings)).run(Progress.SILENT));
    }
}
