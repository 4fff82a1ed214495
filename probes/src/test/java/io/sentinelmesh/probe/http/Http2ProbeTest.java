package io.sentinelmesh.probe.http;

import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.standin.Authority;
import io.sentinelmesh.probe.standin.Runs;

import static org.assertj.core.api.Assertions.assertThat;

class Http2ProbeTest {

    private static final HttpKind HTTP = new HttpKind();

    @Test
    void it_is_spoken_when_the_server_offers_it(@TempDir Path folder) throws Exception {
        Authority authority = new Authority("Test authority");
        try (Http2Server server = new Http2Server(Optional.of(authority.issue("127.0.0.1")))) {
            String url = "https://127.0.0.1:" + server.port();

            Report report = Runs.run(HTTP, url + "/path?query", "ca-file=" + authority.file(folder),
                    "expect-body=^/path\\?query$");

            assertThat(report.outcome()).isEqualTo("ok");
            assertThat(report.values()).containsEntry("http_version", "2")
                    .containsEntry("tls_application_protocol", "h2").containsKeys("first_byte_ms", "transfer_ms");
            assertThat(Runs.run(HTTP, url + "/503", "ca-file=" + authority.file(folder)).outcome())
                    .isEqualTo("status-unexpected");
        }
    }

    @Test
    void it_can_be_spoken_without_tls() throws Exception {
        try (Http2Server server = new Http2Server(Optional.empty())) {

            Report report = Runs.run(HTTP, "http://127.0.0.1:" + server.port() + "/", "http-version=2");

            assertThat(report.outcome()).isEqualTo("ok");
            assertThat(report.values()).containsEntry("http_version", "2").containsEntry("body_bytes", 1L);
        }
    }

    @Test
    void a_server_that_speaks_version_one_only_is_not_understood() throws Exception {
        try (WebServer server = WebServer.plain().on("/", 200, "")) {

            Report report = Runs.run(HTTP, server.url("/"), "http-version=2", "timeout=5s");

            assertThat(report.outcome()).isIn("malformed", "disconnected");
        }
    }
}
