package io.sentinelmesh.probe.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.probe.exchange.StandIn;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.standin.Authority;
import io.sentinelmesh.probe.standin.Runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TlsProbeTest {

    private static final TlsKind TLS = new TlsKind();

    private final Authority authority = new Authority("Test authority");

    @TempDir
    Path folder;
    private String trusted;

    @BeforeEach
    void setUp() throws Exception {
        trusted = "ca-file=" + authority.file(folder);
    }

    /** Shakes hands with everybody and says nothing. */
    private record Server(SSLServerSocket socket) implements AutoCloseable {

        static Server start(Authority.Issued certificate, String... protocols)
                throws IOException, GeneralSecurityException {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(certificate.keys().getKeyManagers(), null, null);
            SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 5,
                    InetAddress.ofLiteral("127.0.0.1"));
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            Thread.ofVirtual().start(() -> {
                while (!socket.isClosed()) {
                    try (SSLSocket caller = (SSLSocket) socket.accept()) {
                        caller.startHandshake();
                        caller.getInputStream().read();
                    } catch (IOException e) {
                        // The caller has gone, or we are closed.
                    }
                }
            });
            return new Server(socket);
        }

        String target() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void a_handshake_is_told_with_its_chain() throws Exception {
        try (Server server = Server.start(authority.issue("127.0.0.1", "web.example.org"))) {

            Report report = Runs.run(TLS, server.target(), trusted);

            assertThat(report.outcome()).isEqualTo("ok");
            assertThat(report.values()).containsEntry("tls_protocol", "TLSv1.3").containsKeys("tls_ms", "tls_cipher");
            List<?> chain = Runs.maps(Runs.map(report.values().get("certificate")).get("chain"));
            assertThat(chain).hasSize(2);
            assertThat(Runs.map(chain.getFirst())).containsEntry("subject", "CN=server")
                    .containsEntry("issuer", "CN=Test authority")
                    .containsEntry("names", List.of("127.0.0.1", "web.example.org"));
        }
    }

    @Test
    void a_name_with_the_dot_of_the_root_is_asked_for_without_it() throws Exception {
        try (Server server = Server.start(authority.issue("web.example.org"))) {

            assertThat(Runs.run(TLS, server.target(), trusted, "server-name=web.example.org.").outcome())
                    .isEqualTo("ok");
        }
    }

    @Test
    void every_handshake_is_a_full_one() throws Exception {
        try (Server server = Server.start(authority.issue("127.0.0.1"))) {

            Report report = Runs.run(TLS, server.target(), trusted, "count=3", "interval=10ms");

            assertThat(report.values()).containsEntry("ok", 3);
            assertThat(Runs.map(report.values().get("certificate"))).containsEntry("days_left", 90L);
        }
    }

    @Test
    void a_certificate_that_proves_nothing_is_told_by_its_gravest_fault() throws Exception {
        Instant now = Instant.now();
        try (Server server = Server.start(
                authority.issue(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)), "other.example.org"))) {

            Report report = Runs.run(TLS, server.target(), trusted);

            assertThat(report.reached()).isFalse();
            assertThat(report.outcome()).isEqualTo("certificate-expired");
            assertThat(Runs.map(report.values().get("certificate")).get("problems"))
                    .hasToString("[certificate-expired, certificate-name-mismatch]");
        }
    }

    @Test
    void a_protocol_below_the_wanted_one_is_too_old() throws Exception {
        try (Server server = Server.start(authority.issue("127.0.0.1"), "TLSv1.2")) {

            assertThat(Runs.run(TLS, server.target(), trusted).outcome()).isEqualTo("ok");
            assertThat(Runs.run(TLS, server.target(), trusted, "min-version=1.3").outcome())
                    .isEqualTo("protocol-too-old");
        }
    }

    @Test
    void a_server_that_speaks_no_tls_and_one_that_says_nothing_are_told_apart() throws Exception {
        try (StandIn plain = StandIn.overTcp("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
                ServerSocket silent = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {

            assertThat(Runs.run(TLS, "127.0.0.1:" + plain.address().getPort()).outcome()).isEqualTo("tls-failed");
            Report report = Runs.run(TLS, "127.0.0.1:" + silent.getLocalPort(), "timeout=200ms");
            assertThat(report.outcome()).isEqualTo("timeout");
            assertThat(String.valueOf(report.values().get("detail"))).contains("tls");
        }
    }

    @Test
    void wrong_requests_are_refused_in_one_line() {
        assertThatThrownBy(() -> Runs.prepare(TLS, "127.0.0.1:99999")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Runs.prepare(TLS, "127.0.0.1", "alpn=h2,,x")).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("alpn: expected");
        assertThatThrownBy(() -> Runs.prepare(TLS, "under_score.example.org"))
                .isInstanceOf(BadRequestException.class).hasMessageContaining("is no host name");
        assertThatThrownBy(() -> Runs.prepare(TLS, "127.0.0.1", "server-name=a..b"))
                .isInstanceOf(BadRequestException.class).hasMessageContaining("server-name: ");
        assertThatThrownBy(() -> Runs.prepare(TLS, ":443")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Runs.prepare(TLS, "224.0.0.1")).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("multicast");
    }
}
