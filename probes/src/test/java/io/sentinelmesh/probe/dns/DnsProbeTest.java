package io.sentinelmesh.probe.dns;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.standin.NameServer;
import io.sentinelmesh.probe.standin.Runs;

import static io.sentinelmesh.probe.standin.DnsMessages.A;
import static io.sentinelmesh.probe.standin.DnsMessages.CNAME;
import static io.sentinelmesh.probe.standin.DnsMessages.MX;
import static io.sentinelmesh.probe.standin.DnsMessages.TRUNCATED;
import static io.sentinelmesh.probe.standin.DnsMessages.TXT;
import static io.sentinelmesh.probe.standin.DnsMessages.address;
import static io.sentinelmesh.probe.standin.DnsMessages.answer;
import static io.sentinelmesh.probe.standin.DnsMessages.below;
import static io.sentinelmesh.probe.standin.DnsMessages.entry;
import static io.sentinelmesh.probe.standin.DnsMessages.flagged;
import static io.sentinelmesh.probe.standin.DnsMessages.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DnsProbeTest {

    private static final DnsKind DNS = new DnsKind();
    private static final byte[] WEB = entry(A, 300, address(192, 0, 2, 1));

    private static Report ask(NameServer server, String... settings) throws InterruptedException {
        String[] all = new String[settings.length + 1];
        all[0] = "name=web.example.org";
        System.arraycopy(settings, 0, all, 1, settings.length);
        return Runs.run(DNS, server.target(), all);
    }

    @Test
    void an_answer_is_told_with_its_records() throws Exception {
        try (NameServer server = new NameServer(question -> List.of(answer(question, 0, WEB)))) {
            for (String transport : List.of("udp", "tcp")) {

                Report report = ask(server, "transport=" + transport);

                assertThat(report.outcome()).isEqualTo("ok");
                assertThat(report.values()).containsEntry("rcode", "NOERROR").containsEntry("transport", transport)
                        .containsEntry("strays", 0).containsKeys("delay_ms", "total_ms");
                assertThat(report.values().containsKey("connect_ms")).isEqualTo(transport.equals("tcp"));
                assertThat(Runs.maps(report.values().get("answers"))).containsExactly(
                        Map.of("name", "web.example.org.", "type", "A", "ttl_s", 300L, "data", "192.0.2.1"));
            }
        }
    }

    @Test
    void names_within_records_are_read_where_they_point() throws Exception {
        try (NameServer server = new NameServer(question -> List.of(answer(question, 0,
                entry(MX, 60, below(10, "mail")), entry(TXT, 60, text("v=\"1\"")),
                entry(CNAME, 60, address(1, 'a', 0xc0, 12)))))) {

            Report report = ask(server, "type=MX");

            assertThat(Runs.maps(report.values().get("answers"))).extracting(values -> values.get("data"))
                    .containsExactly("10 mail.web.example.org.", "\"v=\\\"1\\\"\"", "a.web.example.org.");
        }
    }

    @Test
    void a_response_code_that_is_not_expected_is_a_failure() throws Exception {
        try (NameServer server = new NameServer(question -> List.of(answer(question, 2)))) {

            assertThat(ask(server).outcome()).isEqualTo("rcode-unexpected");
            assertThat(ask(server).values()).containsEntry("rcode", "SERVFAIL");
            assertThat(ask(server, "expect-rcode=SERVFAIL").outcome()).isEqualTo("ok");
        }
    }

    @Test
    void one_record_must_match() throws Exception {
        try (NameServer server = new NameServer(
                question -> List.of(answer(question, 0, entry(A, 1, address(192, 0, 2, 9)), WEB)))) {

            assertThat(ask(server, "expect-answer=^192\\.0\\.2\\.1$").outcome()).isEqualTo("ok");
            assertThat(ask(server, "expect-answer=^198").outcome()).isEqualTo("answer-mismatch");
        }
    }

    @Test
    void a_truncated_answer_is_told_as_such() throws Exception {
        try (NameServer server = new NameServer(question -> List.of(flagged(question, 0, TRUNCATED, WEB)))) {

            Report report = ask(server);

            assertThat(report.outcome()).isEqualTo("truncated");
            assertThat(String.valueOf(report.values().get("detail"))).contains("--transport tcp");
        }
    }

    @Test
    void what_answers_another_question_is_waited_past() throws Exception {
        try (NameServer server = new NameServer(question -> {
            byte[] otherId = answer(question, 3);
            otherId[1]++;
            byte[] otherName = answer(question, 3);
            otherName[13]++;
            byte[] otherType = answer(question, 3);
            otherType[otherType.length - 3]++;
            byte[] noQuestion = answer(question, 0);
            noQuestion[5] = 0;
            return List.of(otherId, otherName, otherType, noQuestion, answer(question, 0, WEB));
        })) {
            Report report = ask(server);

            assertThat(report.outcome()).isEqualTo("ok");
            assertThat(report.values()).containsEntry("strays", 4);
        }
    }

    @Test
    void garbage_alone_is_malformed_and_garbage_before_the_answer_does_no_harm() throws Exception {
        byte[] garbage = {1, 2, 3};
        try (NameServer bad = new NameServer(_ -> List.of(garbage));
                NameServer good = new NameServer(question -> List.of(garbage, answer(question, 0, WEB)))) {

            assertThat(ask(bad, "timeout=300ms").outcome()).isEqualTo("malformed");
            assertThat(ask(good).outcome()).isEqualTo("ok");
        }
    }

    @Test
    void silence_is_a_timeout_and_a_closed_port_refuses() throws Exception {
        int closed;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            closed = socket.getLocalPort();
        }
        try (NameServer silent = new NameServer(_ -> List.of())) {

            assertThat(ask(silent, "timeout=200ms").outcome()).isEqualTo("timeout");
        }
        for (String transport : List.of("udp", "tcp")) {
            assertThat(Runs.run(DNS, "127.0.0.1:" + closed, "name=a", "transport=" + transport).outcome())
                    .isEqualTo("refused");
        }
    }

    @Test
    void the_question_is_as_it_was_set() throws Exception {
        byte[][] last = new byte[1][];
        try (NameServer server = new NameServer(question -> {
            last[0] = question;
            return List.of(answer(question, 0));
        })) {
            ask(server, "recursion=off", "edns-size=0");
            assertThat(last[0][2] & 1).isZero();
            assertThat(last[0][11]).isZero();

            ask(server, "edns-size=4096");
            assertThat(last[0][2] & 1).isOne();
            assertThat(last[0][11]).isOne();
            // The class field of the OPT record, ten bytes before the end.
            assertThat((last[0][last[0].length - 8] & 0xff) << 8 | last[0][last[0].length - 7] & 0xff)
                    .isEqualTo(4_096);
        }
    }

    @Test
    void questions_can_be_repeated() throws Exception {
        int[] asked = {0};
        try (NameServer server = new NameServer(question -> List.of(answer(question, asked[0]++ == 0 ? 2 : 0, WEB)))) {

            Report report = ask(server, "count=3", "interval=10ms");

            assertThat(report.outcome()).isEqualTo("rcode-unexpected");
            assertThat(report.values()).containsEntry("probes", 3).containsEntry("ok", 2);
        }
    }

    @Test
    void wrong_requests_are_refused_in_one_line() {
        refused("no name to ask for");
        refused("name: 'a..b'", "name=a..b");
        refused("name:", "name=" + "x".repeat(64) + ".example.org");
        refused("type: expected A,", "name=a", "type=WKS");
        refused("edns-size: expected", "name=a", "edns-size=100");
        assertThatThrownBy(() -> Runs.prepare(DNS, "127.0.0.1:0", "name=a")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Runs.prepare(DNS, "255.255.255.255", "name=a"))
                .isInstanceOf(BadRequestException.class).hasMessageContaining("broadcast");
    }

    private static void refused(String why, String... settings) {
        assertThatThrownBy(() -> Runs.prepare(DNS, "127.0.0.1", settings)).isInstanceOf(BadRequestException.class)
                .message().contains(why).doesNotContain("\n");
    }
}
