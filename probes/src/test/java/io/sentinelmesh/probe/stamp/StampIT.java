package io.sentinelmesh.probe.stamp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.lab.NetworkLab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Sender and reflector over real kernels: prober, a router that spreads flows over two others, a router that gathers them, the far host. */
class StampIT {

    private static final String FAR = "198.51.100.1";
    private static final String FAR_6 = "2001:db8:b::1";
    private static final int PORT = ReflectorSettings.DEFAULT_PORT;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static NetworkLab lab;
    private static StampReflector reflector;

    @BeforeAll
    static void makeNetwork() {
        lab = NetworkLab.open();
        lab.namespace("prober");
        for (String router : List.of("near", "top", "low", "gather")) {
            lab.router(router);
            lab.sysctl(router, "net.ipv4.fib_multipath_hash_policy=1", "net.ipv6.fib_multipath_hash_policy=1",
                    "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0");
        }
        lab.namespace("far");
        lab.link("prober", List.of("192.0.2.1/24", "2001:db8:a::1/64"), "near",
                List.of("192.0.2.254/24", "2001:db8:a::fe/64"));
        lab.link("near", List.of("10.1.0.1/24", "2001:db8:1::1/64"), "top", List.of("10.1.0.2/24", "2001:db8:1::2/64"));
        lab.link("near", List.of("10.2.0.1/24", "2001:db8:2::1/64"), "low", List.of("10.2.0.2/24", "2001:db8:2::2/64"));
        lab.link("top", List.of("10.3.0.1/24", "2001:db8:3::1/64"), "gather",
                List.of("10.3.0.2/24", "2001:db8:3::2/64"));
        lab.link("low", List.of("10.4.0.1/24", "2001:db8:4::1/64"), "gather",
                List.of("10.4.0.2/24", "2001:db8:4::2/64"));
        lab.link("gather", List.of("198.51.100.254/24", "2001:db8:b::fe/64"), "far",
                List.of("198.51.100.1/24", "198.51.100.2/24", "2001:db8:b::1/64"));
        routes();
        reflector = lab.inside("far", () -> StampReflector.open(
                new ReflectorSettings(PORT, Optional.empty(), Optional.empty())));
    }

    private static void routes() {
        lab.ip("prober", "route add default via 192.0.2.254");
        lab.ip("prober", "-6 route add default via 2001:db8:a::fe");
        lab.ip("far", "route add default via 198.51.100.254");
        lab.ip("far", "-6 route add default via 2001:db8:b::fe");
        lab.ip("near", "route add 198.51.100.0/24 nexthop via 10.1.0.2 nexthop via 10.2.0.2");
        lab.ip("near", "-6 route add 2001:db8:b::/64 nexthop via 2001:db8:1::2 nexthop via 2001:db8:2::2");
        lab.ip("top", "route add 198.51.100.0/24 via 10.3.0.2");
        lab.ip("top", "-6 route add 2001:db8:b::/64 via 2001:db8:3::2");
        lab.ip("low", "route add 198.51.100.0/24 via 10.4.0.2");
        lab.ip("low", "-6 route add 2001:db8:b::/64 via 2001:db8:4::2");
        lab.ip("top", "route add 192.0.2.0/24 via 10.1.0.1");
        lab.ip("top", "-6 route add 2001:db8:a::/64 via 2001:db8:1::1");
        lab.ip("low", "route add 192.0.2.0/24 via 10.2.0.1");
        lab.ip("low", "-6 route add 2001:db8:a::/64 via 2001:db8:2::1");
        lab.ip("gather", "route add 192.0.2.0/24 via 10.4.0.1");
        lab.ip("gather", "-6 route add 2001:db8:a::/64 via 2001:db8:4::1");
    }

    @AfterEach
    void mendNetwork() {
        for (String router : List.of("near", "top", "low", "gather")) {
            lab.nft(router, "flush ruleset");
        }
    }

    @AfterAll
    static void removeNetwork() {
        if (reflector != null) {
            reflector.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FAR, FAR_6, "198.51.100.2"})
    void both_families_are_answered_from_the_address_that_was_asked(String address) {
        Report report = probe(address, Map.of("count", "10", "interval", "20ms"));

        assertThat(report.outcome()).isEqualTo("answered");
        assertThat(report.values()).containsEntry("sent", 160).containsEntry("received", 160)
                .containsEntry("flows_losing_all", 0L).containsEntry("unstamped", 0L);
        // Four routers, both ways.
        assertThat(report.values()).containsEntry("hop_limit_at_reflector", 252).containsEntry("hop_limit_at_sender",
                252);
        double net = (double) report.values().getOrDefault("net_round_trip_ms_median", -1.0);
        double residence = (double) report.values().getOrDefault("residence_ms_median", -1.0);
        assertThat(net).isBetween(0.001, 5.0);
        assertThat(residence).isPositive();
        assertThat((int) report.values().getOrDefault("departures_followed_up", 0)).isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {FAR, FAR_6})
    void loss_is_counted_by_direction_exactly_as_the_routers_count_it(String address) {
        String drop = """
                table inet dropping {
                  chain forward {
                    type filter hook forward priority 0;
                    udp dport %1$d numgen inc mod 7 == 3 counter drop
                    udp sport %1$d numgen inc mod 5 == 1 counter drop
                  }
                }""".formatted(PORT);
        RecordedStamps stamps = new RecordedStamps();
        try (StampProber prober = open(stamps, Optional.empty())) {
            lab.nft("near", drop);
            prober.probe(List.of(target(address)));
            await().atMost(PATIENCE).until(() -> stamps.answers().size() >= 1_000);
            // Nothing is dropped any more when the counters are read; what follows the last loss brings the counter that attributes it.
            lab.nft("near", "insert rule inet dropping forward accept");
            List<Long> dropped = counters("near");
            int lost = (int) (dropped.get(0) + dropped.get(1));
            await().atMost(PATIENCE).until(() -> stamps.attributedOrNot() >= lost);
            int answers = stamps.answers().size();
            await().atMost(PATIENCE).until(() -> stamps.answers().size() >= answers + 500);

            assertThat(stamps.unknown()).isZero();
            assertThat(stamps.forward() + stamps.backward()).isEqualTo(stamps.lost());
            assertThat((long) stamps.forward()).isEqualTo(dropped.get(0));
            assertThat((long) stamps.backward()).isEqualTo(dropped.get(1));
        }
    }

    @Test
    void one_dead_path_of_two_shows_as_flows_that_lose_all() {
        lab.nft("top", "table inet dead { chain forward { type filter hook forward priority 0; udp dport " + PORT
                + " drop; }; }");

        Report report = probe(FAR, Map.of("count", "5", "interval", "20ms", "timeout", "200ms"));

        assertThat(report.outcome()).isEqualTo("flows-lost");
        long losingAll = (long) report.values().getOrDefault("flows_losing_all", 0L);
        assertThat(losingAll).isBetween(1L, 15L);
        assertThat(report.lines()).contains(losingAll + " of 16 flows lose all");
        assertThat(report.values()).containsEntry("lost", (int) losingAll * 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {FAR, FAR_6})
    void a_code_point_that_a_router_changes_is_seen_on_its_way(String address) {
        lab.nft("gather", """
                table inet remarking {
                  chain forward {
                    type filter hook forward priority 0;
                    udp dport %1$d ip dscp set cs1
                    udp dport %1$d ip6 dscp set cs1
                  }
                }""".formatted(PORT));

        Report report = probe(address, Map.of("count", "3", "interval", "20ms", "dscp", "EF"));

        assertThat(report.values()).containsEntry("dscp_sent", 46).containsEntry("dscp_at_reflector", 8)
                .containsEntry("dscp_at_sender", 46);
    }

    @Test
    void who_has_the_key_is_answered_and_who_has_another_is_not(@TempDir Path folder) throws IOException {
        Path good = key(folder, "good", "a key that both ends know");
        Path bad = key(folder, "bad", "another key than the other");
        try (StampReflector keyed = lab.inside("far", () -> StampReflector.open(
                new ReflectorSettings(18_621, Optional.empty(), Optional.of(SharedKey.read(good)))))) {
            Map<String, String> few = Map.of("count", "3", "interval", "20ms", "flows", "4", "timeout", "200ms");

            Report known = probe(FAR + ":18621", with(few, "key-file", good.toString()));
            Report stranger = probe(FAR + ":18621", with(few, "key-file", bad.toString()));
            Report open = probe(FAR + ":18621", few);

            assertThat(known.outcome()).isEqualTo("answered");
            assertThat(known.values()).containsEntry("authenticated", true).containsEntry("dscp_at_reflector", 0);
            assertThat(stranger.outcome()).isEqualTo("lost");
            assertThat(open.outcome()).isEqualTo("lost");
            assertThat(keyed.counters().dropped(NotReflected.NOT_AUTHENTIC)).isEqualTo(12);
            assertThat(keyed.counters().dropped(NotReflected.TOO_SHORT)).isEqualTo(12);
        }
    }

    @Test
    void nothing_listens_is_told_as_such_by_name_of_the_refuser() {
        Report report = probe(FAR + ":18699", Map.of("count", "3", "interval", "20ms"));

        assertThat(report.outcome()).isEqualTo("port-unreachable");
        assertThat(report.values()).containsEntry("refused", 48).containsEntry("refused_by", FAR);
    }

    @Test
    void an_answer_is_as_long_as_its_request_and_a_short_request_gets_none() throws IOException {
        long short_ = reflector.counters().dropped(NotReflected.TOO_SHORT);

        List<Integer> lengths = lab.inside("prober", () -> {
            List<Integer> answers = new ArrayList<>();
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(500);
                for (int length : new int[]{0, 14, 40, 41, 44, 45, 100, 1_400}) {
                    socket.send(new DatagramPacket(new byte[length], length, new InetSocketAddress(FAR, PORT)));
                    answers.add(answerLength(socket));
                }
            }
            return answers;
        });

        assertThat(lengths).containsExactly(-1, -1, -1, 41, 44, 45, 100, 1_400);
        assertThat(reflector.counters().dropped(NotReflected.TOO_SHORT) - short_).isEqualTo(3);
    }

    @Test
    void a_broadcast_and_a_service_port_get_no_answer() {
        long broadcasts = reflector.counters().dropped(NotReflected.MANY_HOSTS);
        long services = reflector.counters().dropped(NotReflected.SERVICE_PORT);

        List<Integer> lengths = lab.inside("gather", () -> {
            try (DatagramSocket socket = new DatagramSocket(); DatagramSocket echo = new DatagramSocket(7)) {
                socket.setBroadcast(true);
                socket.setSoTimeout(300);
                echo.setSoTimeout(300);
                socket.send(new DatagramPacket(new byte[60], 60, new InetSocketAddress("198.51.100.255", PORT)));
                echo.send(new DatagramPacket(new byte[60], 60, new InetSocketAddress(FAR, PORT)));
                return List.of(answerLength(socket), answerLength(echo));
            }
        });

        assertThat(lengths).containsExactly(-1, -1);
        assertThat(reflector.counters().dropped(NotReflected.MANY_HOSTS) - broadcasts).isEqualTo(1);
        assertThat(reflector.counters().dropped(NotReflected.SERVICE_PORT) - services).isEqualTo(1);
    }

    @Test
    void a_flood_is_answered_up_to_the_cap_only() {
        try (StampReflector capped = lab.inside("far", () -> StampReflector.open(
                new ReflectorSettings(18_622, Optional.empty(), Optional.empty(), 50, 1_000)))) {
            Report report = probe(FAR + ":18622",
                    Map.of("count", "50", "interval", "2ms", "flows", "8", "rate", "4000", "timeout", "300ms"));

            // A second's worth at once and what the run's time adds.
            assertThat((int) report.values().getOrDefault("received", 0)).isBetween(50, 200);
            assertThat(capped.counters().dropped(NotReflected.RATE)).isGreaterThan(200);
        }
    }

    @Test
    void two_reflectors_do_not_play_ball() {
        // As if one had sent a request to the other: the answer goes to a reflector, which must not answer it.
        try (StampReflector other = lab.inside("gather", () -> StampReflector.open(
                new ReflectorSettings(18_623, Optional.empty(), Optional.empty())))) {
            long before = reflector.counters().reflected();
            lab.inside("gather", () -> {
                byte[] spoofed = new byte[60];
                // Its source would be the other reflector's port; what that then hears is what this one answers.
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.setSoTimeout(500);
                    socket.send(new DatagramPacket(spoofed, spoofed.length, new InetSocketAddress(FAR, PORT)));
                    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                    socket.receive(answer);
                    answer.setSocketAddress(new InetSocketAddress("198.51.100.254", 18_623));
                    socket.send(answer);
                    return answerLength(socket);
                }
            });

            await().atMost(PATIENCE).until(() -> other.counters().dropped(NotReflected.LOOKS_REFLECTED) == 1);
            assertThat(other.counters().reflected()).isZero();
            assertThat(reflector.counters().reflected() - before).isEqualTo(1);
        }
    }

    @Test
    void nobody_needs_a_right_to_send_or_to_reflect() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(lab.exec("far"));
        command.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Dslf4j.internal.verbosity=ERROR",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                UnprivilegedRun.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(output.lines()).containsExactly("capabilities 0000000000000000", "answered 12 unstamped 0");
        } finally {
            process.destroyForcibly();
        }
    }

    private static int answerLength(DatagramSocket socket) throws IOException {
        DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
        try {
            socket.receive(answer);
            return answer.getLength();
        } catch (SocketTimeoutException e) {
            return -1;
        }
    }

    private static Report probe(String target, Map<String, String> written) {
        StampKind kind = new StampKind();
        Settings settings = Settings.of(kind.settings(), written);
        return lab.inside("prober", () -> kind.prepare(target.contains("::") ? "[" + target + "]" : target, settings)
                .run(Progress.SILENT));
    }

    private static StampProber open(StampListener listener, Optional<SharedKey> key) {
        return lab.inside("prober", () -> StampProber.open(
                new StampSettings(new ProbePacing(Duration.ofMillis(20), Duration.ofMillis(400)), Optional.empty(),
                        key),
                listener));
    }

    private static StampTarget target(String address) {
        return new StampTarget(3, InetAddress.ofLiteral(address), PORT);
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(name, value);
        return more;
    }

    private static Path key(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text + "\n");
    }

    /** What the rules with a counter dropped, in their order. */
    private static List<Long> counters(String namespace) {
        List<String> command = new ArrayList<>(lab.exec(namespace));
        command.addAll(List.of("nft", "list", "ruleset"));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String rules = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher counter = Pattern.compile("counter packets ([0-9]+)").matcher(rules);
            return counter.results().map(found -> Long.parseLong(found.group(1))).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
