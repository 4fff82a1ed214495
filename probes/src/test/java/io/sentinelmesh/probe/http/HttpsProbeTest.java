package io.sentinelmesh.probe.http;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.probe.exchange.StandIn;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.standin.Authority;
import io.sentinelmesh.probe.standin.Runs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** HTTPS against servers on loopback whose certificates are good and bad. */
class HttpsProbeTest {

    private static final HttpKind HTTP = new HttpKind();

    private final Authority authority = new Authority("Test authority");

    @TempDir
    Path folder;
    private String trusted;

    @BeforeEach
    void setUp() throws Exception {
        trusted = "ca-file=" + authority.file(folder);
    }

    @Test
    void a_good_certificate_of_an_authority_of_ones_own_is_good() throws Exception {
        try (WebServer server = WebServer.tls(authority.issue("127.0.0.1")).on("/", 200, "hello")) {

            Report report = Runs.run(HTTP, server.url("/"), trusted);

            assertThat(report.outcome()).isEqualTo("ok");
            assertThat(report.values()).containsEntry("tls_protocol", "TLSv1.3").containsEntry("expires_soon", false)
                    .containsKeys("tls_ms", "tls_cipher");
            assertThat(Runs.map(report.values().get("certificate"))).containsEntry("days_left", 90L);
        }
    }

    @Test
    void a_bad_certificate_is_an_outcome_and_nothing_is_asked() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Instant now = Instant.now();
        var expired = authority.issue(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)), "127.0.0.1");
        try (WebServer old = WebServer.tls(expired).on("/", exchange -> {
            asked.incrementAndGet();
            WebServer.answer(exchange, 200, "");
        }); WebServer other = WebServer.tls(authority.issue("web.example.org")).on("/", 200, "")) {

            assertThat(Runs.run(HTTP, old.url("/"), trusted).outcome()).isEqualTo("certificate-expired");
            assertThat(Runs.run(HTTP, other.url("/"), trusted).outcome()).isEqualTo("certificate-name-mismatch");
            assertThat(Runs.run(HTTP, other.url("/"), trusted, "server-name=web.example.org").outcome())
                    .isEqualTo("ok");
            assertThat(Runs.run(HTTP, other.url("/"), "server-name=web.example.org").outcome())
                    .isEqualTo("certificate-untrusted");
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void one_may_go_on_in_spite_of_it_and_is_told_all_the_same() throws Exception {
        try (WebServer server = WebServer.tls(authority.issue("web.example.org")).on("/", 200, "")) {

            Report report = Runs.run(HTTP, server.url("/"), "insecure=true");

            assertThat(report.outcome()).isEqualTo("ok");
            assertThat(Runs.map(report.values().get("certificate")).get("problems"))
                    .hasToString("[certificate-untrusted, certificate-name-mismatch]");
        }
    }

    @Test
    void an_end_that_is_near_is_told() throws Exception {
        try (WebServer server = WebServer.tls(authority.issue("127.0.0.1")).on("/", 200, "")) {

            assertThat(Runs.run(HTTP, server.url("/"), trusted, "expiry-warning=91").values())
                    .containsEntry("expires_soon", true);
        }
    }

    @Test
    void a_server_without_tls_is_told_as_such() throws Exception {
        try (StandIn server = StandIn.overTcp("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII))) {

            Report report = Runs.run(HTTP, "https://127.0.0.1:" + server.address().getPort() + "/");

            assertThat(report.outcome()).isEqualTo("tls-failed");
        }
    }

    @Test
    void a_server_without_http2_is_told_when_it_is_insisted_upon() throws Exception {
        try (WebServer server = WebServer.tls(authority.issue("127.0.0.1")).on("/", 200, "")) {

            assertThat(Runs.run(HTTP, server.url("/"), trusted, "http-version=2").outcome())
                    .isIn("version-unavailable", "tls-failed");
        }
    }
}
