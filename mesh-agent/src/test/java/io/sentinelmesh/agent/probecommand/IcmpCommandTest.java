package io.sentinelmesh.agent.probecommand;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.probe.ProbeKinds;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code sentinel probe icmp}, as a user types it, over loopback. */
class IcmpCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void a_line_tells_of_each_reply_and_a_summary_ends_it() {
        int exit = run("icmp 127.0.0.1 --count 10 --interval 5ms");

        assertThat(exit).isZero();
        List<String> lines = text(out).lines().toList();
        assertThat(lines.stream().filter(line -> line.contains(" seq="))).hasSize(10)
                .allSatisfy(line -> assertThat(line).contains("127.0.0.1").contains(" time=").endsWith(" ms"));
        assertThat(text(out)).contains("10 sent, 10 received, 0.0 % loss").contains("round trip, ms: min ")
                .contains("measured by ");
    }

    @Test
    void as_json_the_last_line_has_the_figures_and_progress_goes_elsewhere() throws Exception {
        int exit = run("icmp 127.0.0.1 --count 4 --interval 5ms --json");

        assertThat(exit).isZero();
        assertThat(text(out).lines()).hasSize(1);
        JsonNode report = new ObjectMapper().readTree(text(out));
        assertThat(report.path("outcome").asText()).isEqualTo("answered");
        assertThat(report.path("sent").asInt()).isEqualTo(4);
        assertThat(report.path("received").asInt()).isEqualTo(4);
        assertThat(report.path("loss_ratio").asDouble()).isZero();
        assertThat(report.path("round_trip_ms_min").asDouble()).isPositive()
                .isLessThanOrEqualTo(report.path("round_trip_ms_median").asDouble());
        assertThat(report.path("round_trip_ms_max").asDouble())
                .isGreaterThanOrEqualTo(report.path("round_trip_ms_p95").asDouble());
        assertThat(report.path("refusals").isArray()).isTrue();
        assertThat(report.path("rung").asText()).isNotEmpty();
        assertThat(text(err).lines()).filteredOn(line -> line.contains(" seq=")).hasSize(4);
    }

    @Test
    void both_lower_rungs_measure_loopback_for_everybody() {
        assertThat(run("icmp 127.0.0.1 --count 2 --interval 5ms --rung udp")).isZero();
        assertThat(run("icmp 127.0.0.1 --count 2 --interval 5ms --rung tcp")).isZero();

        assertThat(text(out)).contains("measured by udp-closed-port").contains("measured by tcp-connect");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            icmp 2001:db8::zz                          | has no address
            icmp 127.0.0.1 --family 6                  | has no IPv6 address
            icmp 127.0.0.1 --size 65508                | size: expected a whole number from 16 to 65507
            icmp 127.0.0.1 --size 15                   | size: expected a whole number from 16 to 65507
            icmp ::1 --size 65507 --dont-fragment      | with dont-fragment at most
            icmp 127.0.0.1 --dscp 64                   | dscp: expected 0 to 63
            icmp 224.0.0.1                             | multicast, broadcast
            icmp ff02::1                               | multicast, broadcast
            icmp 255.255.255.255                       | multicast, broadcast
            icmp 127.0.0.1 --source 192.0.2.77         | is not an address of this host
            icmp 127.0.0.1 --source ::1                | different address families
            icmp 127.0.0.1 --interface nowhere0        | `ip link` lists
            icmp 127.0.0.1 --count 0                   | count: expected a whole number from 1
            icmp 127.0.0.1 --interval 500us            | interval: expected a time
            icmp 127.0.0.1 --count 65536 --interval 1h | send fewer
            icmp 127.0.0.1 --rung best                 | rung: expected one of auto, datagram, raw, udp, tcp
            icmp 127.0.0.1 --colour blue               | --colour
            icmp                                       | HOST
            echo 127.0.0.1                             | there is no kind of probe 'echo'; known are icmp
            """)
    void a_wrong_request_gets_one_line_with_the_remedy(String command, String remark) {
        int exit = run(command);

        assertThat(exit).isEqualTo(ProbeMain.BAD_INPUT);
        assertThat(text(err).lines()).hasSize(1);
        assertThat(text(err)).contains(remark).startsWith("sentinel probe");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void without_a_kind_those_that_exist_are_named() {
        assertThat(run("")).isEqualTo(ProbeMain.BAD_INPUT);

        assertThat(text(err)).contains("icmp");
    }

    private int run(String command) {
        return ProbeMain.commandLine(ProbeKinds.all(), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(command.isEmpty() ? new String[0] : command.split(" +"));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
