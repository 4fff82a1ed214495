package io.sentinelmesh.probe.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.probe.exchange.EventThread;
import io.sentinelmesh.probe.exchange.NameLookup;
import io.sentinelmesh.probe.exchange.StandIn;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;
import io.sentinelmesh.probe.standin.DnsMessages;
import io.sentinelmesh.probe.standin.NameServer;
import io.sentinelmesh.probe.standin.Runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Plain HTTP against servers on loopback. */
class HttpProbeTest {

    private static final HttpKind HTTP = new HttpKind();

    private static Report fetch(String url, String... settings) throws InterruptedException {
        return Runs.run(HTTP, url, settings);
    }

    private static Path secret(Path folder, String text) throws IOException {
        return Files.setPosixFilePermissions(Files.writeString(folder.resolve("authorization"), text),
                PosixFilePermissions.fromString("rw-------"));
    }

    private static StandIn saying(String answer) throws IOException {
        return StandIn.overTcp(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String url(StandIn server) {
        return "http://127.0.0.1:" + server.address().getPort() + "/";
    }

    @Test
    void a_good_answer_is_told_phase_by_phase() throws Exception {
        try (WebServer server = WebServer.plain().on("/", 200, "hello")) {

            Report report = fetch(server.url("/"));

            assertThat(report.reached()).isTrue();
            assertThat(report.outcome()).isEqualTo("ok");
            assertThat(report.values()).containsEntry("status", 200).containsEntry("body_bytes", 5L)
                    .containsEntry("http_version", "1.1").containsEntry("address", "127.0.0.1")
                    .containsEntry("redirects", 0)
                    .containsKeys("lookup_ms", "connect_ms", "first_byte_ms", "transfer_ms", "total_ms")
                    .doesNotContainKey("tls_ms");
        }
    }

    @Test
    void a_status_that_is_not_expected_is_a_failure_and_one_that_is_expected_none() throws Exception {
        try (WebServer server = WebServer.plain().on("/", 404, "")) {

            assertThat(fetch(server.url("/")).outcome()).isEqualTo("status-unexpected");
            assertThat(fetch(server.url("/"), "expect-status=200,400-404").outcome()).isEqualTo("ok");
        }
    }

    @Test
    void the_body_must_and_must_not_match() throws Exception {
        try (WebServer server = WebServer.plain().on("/", 200, "state: up\n")) {

            assertThat(fetch(server.url("/"), "expect-body=state:\\s+up").outcome()).isEqualTo("ok");
            assertThat(fetch(server.url("/"), "expect-body=down").outcome()).isEqualTo("body-mismatch");
            assertThat(fetch(server.url("/"), "reject-body=down").outcome()).isEqualTo("ok");
            assertThat(fetch(server.url("/"), "reject-body=up").outcome()).isEqualTo("body-mismatch");
        }
    }

    @Test
    void only_the_beginning_of_a_body_is_searched_but_all_of_it_is_counted() throws Exception {
        try (WebServer server = WebServer.plain().on("/", 200, "x".repeat(100_000) + "needle")) {

            Report report = fetch(server.url("/"), "expect-body=needle", "body-limit=1000");

            assertThat(report.outcome()).isEqualTo("body-mismatch");
            assertThat(report.values()).containsEntry("body_bytes", 100_006L);
            assertThat(String.valueOf(report.values().get("detail"))).contains("first 1000 of its 100006 bytes");
        }
    }

    @Test
    void head_waits_for_no_body() throws Exception {
        try (StandIn server = saying("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")) {

            Report report = fetch(url(server), "method=HEAD", "timeout=5s");

            assertThat(report.outcome()).isEqualTo("ok");
        }
    }

    @Test
    void what_the_server_says_before_its_answer_is_waited_past() throws Exception {
        try (StandIn server = saying("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")) {

            assertThat(fetch(url(server)).values()).containsEntry("status", 204);
        }
    }

    @Test
    void the_request_carries_what_was_set(@TempDir Path folder) throws Exception {
        Path secret = secret(folder, "Bearer abc\n");
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        try (WebServer server = WebServer.plain().on("/", exchange -> {
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("X-Test") + " "
                    + exchange.getRequestHeaders().getFirst("Host") + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            WebServer.answer(exchange, 200, "");
        })) {
            fetch(server.url("/"), "method=POST", "body=käse", "header=X-Test: one\nHost: web.example.org",
                    "authorization-file=" + secret);

            assertThat(seen).containsExactly("POST one web.example.org Bearer abc käse");
        }
    }

    @Test
    void redirects_are_followed_and_each_hop_is_told() throws Exception {
        try (WebServer server = WebServer.plain().redirect("/a", 302, "/b").redirect("/b", 301, "c").on("/c", 200,
                "there")) {

            Report report = fetch(server.url("/a"));

            assertThat(report.outcome()).isEqualTo("ok");
            assertThat(report.values()).containsEntry("redirects", 2).containsEntry("url", server.url("/c"));
            List<Map<String, Object>> hops = Runs.maps(report.values().get("hops"));
            assertThat(hops).extracting(hop -> hop.get("status")).containsExactly(302, 301, 200);
            assertThat(hops).allSatisfy(hop -> assertThat(hop).containsKey("connect_ms"));
        }
    }

    @Test
    void a_redirect_that_is_not_to_be_followed_is_an_answer() throws Exception {
        try (WebServer server = WebServer.plain().redirect("/", 301, "/b")) {

            assertThat(fetch(server.url("/"), "redirects=0", "expect-status=301").outcome()).isEqualTo("ok");
            assertThat(fetch(server.url("/"), "redirects=0").outcome()).isEqualTo("status-unexpected");
        }
    }

    @Test
    void redirects_end_somewhere() throws Exception {
        try (WebServer server = WebServer.plain().redirect("/a", 302, "/b").redirect("/b", 302, "/a")
                .on("/n", exchange -> {
                    exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getPath() + "x");
                    WebServer.answer(exchange, 302, "");
                }).redirect("/f", 302, "ftp://192.0.2.1/")) {

            assertThat(fetch(server.url("/a")).outcome()).isEqualTo("redirect-loop");
            assertThat(fetch(server.url("/n"), "redirects=3").outcome()).isEqualTo("too-many-redirects");
            assertThat(fetch(server.url("/f")).outcome()).isEqualTo("redirect-invalid");
        }
    }

    @Test
    void secrets_and_bodies_do_not_follow_to_another_server(@TempDir Path folder) throws Exception {
        Path secret = secret(folder, "Bearer abc");
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        try (WebServer other = WebServer.plain().on("/", exchange -> {
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("X-Test") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            WebServer.answer(exchange, 200, "");
        }); WebServer first = WebServer.plain().redirect("/", 302, other.url("/"))) {

            fetch(first.url("/"), "method=POST", "body=secret", "header=X-Test: one", "authorization-file=" + secret);

            assertThat(seen).containsExactly("GET null one ");
        }
    }

    @Test
    void a_port_that_nobody_serves_refuses() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = closed.getLocalPort();
        }

        Report report = fetch("http://127.0.0.1:" + port + "/");

        assertThat(report.reached()).isFalse();
        assertThat(report.outcome()).isEqualTo("connect-refused");
    }

    @Test
    void silence_is_a_timeout_in_the_phase_that_was_waited_for() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {

            Report report = fetch("http://127.0.0.1:" + silent.getLocalPort() + "/", "timeout=200ms");

            assertThat(report.outcome()).isEqualTo("timeout");
            assertThat(String.valueOf(report.values().get("detail"))).contains("first byte");
        }
    }

    @Test
    void a_server_that_hangs_up_is_told_from_one_that_talks_nonsense() throws Exception {
        try (StandIn rude = saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                StandIn odd = saying("SSH-2.0-x\r\n\r\n")) {

            assertThat(fetch(url(rude)).outcome()).isEqualTo("disconnected");
            assertThat(fetch(url(odd)).outcome()).isEqualTo("malformed");
        }
    }

    @Test
    void repeated_checks_are_summed_up() throws Exception {
        int[] count = {0};
        try (WebServer server = WebServer.plain().on("/",
                exchange -> WebServer.answer(exchange, count[0]++ == 1 ? 500 : 200, ""))) {

            Report report = fetch(server.url("/"), "count=3", "interval=10ms");

            assertThat(report.reached()).isFalse();
            assertThat(report.outcome()).isEqualTo("status-unexpected");
            assertThat(report.values()).containsEntry("probes", 3).containsEntry("ok", 2)
                    .containsEntry("outcomes", Map.of("ok", 2, "status-unexpected", 1)).containsKey("total_median_ms");
        }
    }

    @Test
    void a_name_that_went_away_since_it_was_prepared_is_an_outcome() throws Exception {
        HttpCheck check = HttpSettings.check(WebAddress.parse("http://web.example.org./"),
                Settings.of(HTTP.settings(), Map.of()), Optional.empty());
        CompletableFuture<HttpResult> told = new CompletableFuture<>();
        try (NameServer empty = new NameServer(question -> List.of(DnsMessages.answer(question, 3)));
                EventThread thread = new EventThread("test");
                NameLookup names = new NameLookup(thread.loop(), List.of(empty.address()))) {
            thread.loop().execute(() -> new HttpProbe(thread.loop(), names, check, told::complete).begin());

            HttpResult result = told.get(30, TimeUnit.SECONDS);

            assertThat(result.outcome().word()).isEqualTo("unresolvable");
            assertThat(result.hops()).hasSize(1);
        }
    }

    @Test
    void wrong_requests_are_refused_in_one_line(@TempDir Path folder) throws Exception {
        String label = "x".repeat(64);
        Path two = secret(folder, "Bearer a\nX-Evil: b");
        Path open = Files.setPosixFilePermissions(Files.writeString(folder.resolve("open"), "Bearer a"),
                PosixFilePermissions.fromString("rw-r--r--"));

        refused("http://" + label + ".example.org/", "is no host name");
        refused("http://224.0.0.1/", "multicast");
        refused("http://127.0.0.1/", "it has no IPv6 address", "family=6");
        refused("http://127.0.0.1/", "source:", "source=192.0.2.1");
        refused("http://127.0.0.1/", "authorization-file:", "authorization-file=" + folder.resolve("none"));
        refused("http://127.0.0.1/", "authorization-file:", "authorization-file=" + two);
        refused("http://127.0.0.1/", "chmod 600", "authorization-file=" + open);
        refused("http://127.0.0.1/", "header: expected NAME: VALUE", "header=nonsense");
        refused("http://127.0.0.1/", "ca-file:", "ca-file=" + two);
        refused("http://127.0.0.1/", "http-version: expected auto, 1.1 or 2", "http-version=3");
        refused("http://127.0.0.1/", "expect-body: expected a regular expression", "expect-body=(");
    }

    private static void refused(String url, String why, String... settings) {
        assertThatThrownBy(() -> Runs.prepare(HTTP, url, settings)).isInstanceOf(BadRequestException.class).message()
                .contains(why).doesNotContain("\n");
    }
}
