package io.sentinelmesh.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.lab.NetworkLab;

import static org.assertj.core.api.Assertions.assertThat;

/** The permission ladder, climbed by processes that have different rights. */
class LadderIT {

    private static final String WITHOUT_RAW = "setpriv --bounding-set=-net_raw --inh-caps=-net_raw";
    private static NetworkLab lab;

    @BeforeAll
    static void makeNamespaces() {
        lab = NetworkLab.open();
        lab.namespace("open");
        lab.namespace("closed");
        lab.sysctl("closed", "net.ipv4.ping_group_range=1 0");
    }

    @AfterAll
    static void removeNamespaces() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void without_any_capability_datagram_sockets_serve_where_they_are_open() throws Exception {
        assertThat(climb("open", WITHOUT_RAW)).containsExactly("icmp-echo | icmp-datagram | nothing better",
                "Answered");
    }

    @Test
    void with_the_capability_the_raw_socket_serves_where_they_are_closed() throws Exception {
        assertThat(climb("closed", "")).containsExactly(
                "icmp-echo | icmp-raw | sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"", "Answered");
    }

    @Test
    void without_either_a_closed_udp_port_serves_and_names_both_remedies() throws Exception {
        assertThat(climb("closed", WITHOUT_RAW)).containsExactly(
                "udp-closed-port | udp-closed-port | sysctl -w net.ipv4.ping_group_range=\"0 2147483647\""
                        + "  (or give the agent the capability CAP_NET_RAW)",
                "Answered");
    }

    private static List<String> climb(String namespace, String rights) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(lab.exec(namespace));
        if (!rights.isEmpty()) {
            command.addAll(List.of(rights.split(" ")));
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LadderRun.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
