package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Who gets in. Raw requests, because a proper client would not send most of them. */
class AccessTest {

    /** Every address of this host; the tests still come by loopback only. */
    private static final ListenSettings PUBLIC = new ListenSettings("0.0.0.0", 0, Optional.empty());

    @TempDir
    Path dataDir;
    private Optional<RunningAggregator> running = Optional.empty();

    @AfterEach
    void stop() {
        running.ifPresent(RunningAggregator::close);
    }

    private RunningAggregator onLoopback() throws IOException {
        RunningAggregator started = RunningAggregator.over(new FakeStore(), dataDir);
        running = Optional.of(started);
        return started;
    }

    private RunningAggregator onEveryAddress() throws IOException {
        RunningAggregator started = RunningAggregator.over(new FakeStore(), dataDir, PUBLIC);
        running = Optional.of(started);
        return started;
    }

    private String token() throws IOException {
        return Files.readString(dataDir.resolve("api-token")).strip();
    }

    private static int status(RunningAggregator aggregator, String requestLine, String... headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", aggregator.port())) {
            socket.setSoTimeout(5_000);
            String request = requestLine + " HTTP/1.1\r\n" + String.join("\r\n", headers)
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            String line = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(line.substring(9, 12));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.0.0.9:7420", "[::1]:7420", "LOCALHOST:1"})
    void names_of_loopback_are_served(String host) throws IOException {
        assertThat(status(onLoopback(), "GET /api/v1/agents", "Host: " + host)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:7420", "localhost.evil.example", "127.0.0.1.evil.example",
            "192.0.2.1", "evil.example@127.0.0.1", "127.0.0.1:7420:80", ""})
    void other_names_are_not_for_they_may_be_a_rebound_dns_entry(String host) throws IOException {
        assertThat(status(onLoopback(), "GET /api/v1/agents", "Host: " + host)).isIn(400, 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/link", "/api/v1/stream"})
    void a_page_of_another_origin_opens_no_websocket(String path) throws IOException {
        RunningAggregator aggregator = onLoopback();
        String[] upgrade = {"Host: localhost:7420", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: "};
        String[] ours = upgrade.clone();
        ours[5] += "http://localhost:7420";
        upgrade[5] += "http://evil.example";

        assertThat(status(aggregator, "GET " + path, upgrade)).isEqualTo(403);
        assertThat(status(aggregator, "GET " + path, ours)).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:7421", "https://localhost:7420", "null", "http://evil.example"})
    void a_page_of_another_origin_posts_nothing(String origin) throws IOException {
        assertThat(status(onLoopback(), "POST /api/v1/session", "Host: localhost:7420", "Origin: " + origin,
                "Content-Type: application/json", "Content-Length: 0")).isEqualTo(403);
    }

    @Test
    void a_wrong_token_is_refused_even_where_none_is_needed() throws IOException {
        RunningAggregator aggregator = onLoopback();

        assertThat(aggregator.get("/api/v1/agents", "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
        assertThat(aggregator.get("/api/v1/agents", "Authorization", "Basic " + token()).statusCode()).isEqualTo(401);
        assertThat(aggregator.get("/api/v1/agents", "Authorization", "Bearer " + token()).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/agents", "/api/v1/matrix", "/api/v1/nothing", "/api/v1/link", "/api/v1/stream",
            "/metrics", "/%61pi/v1/agents", "//api/v1/agents", "/x/../api/v1/agents", "/./metrics",
            "/api/v1/session", "/assets/%2e%2e/api/v1/agents"})
    void where_others_can_come_in_everything_needs_the_token(String path) throws IOException {
        RunningAggregator aggregator = onEveryAddress();

        int without = status(aggregator, "GET " + path, "Host: mesh.example");
        int with = status(aggregator, "GET " + path, "Host: mesh.example", "Authorization: Bearer " + token());

        assertThat(without).isEqualTo(401);
        assertThat(with).isNotEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/healthz/live", "/healthz/ready"})
    void the_health_is_for_all(String path) throws IOException {
        assertThat(status(onEveryAddress(), "GET " + path, "Host: mesh.example")).isEqualTo(200);
    }

    @Test
    void the_token_becomes_a_cookie_that_scripts_cannot_read() throws IOException {
        RunningAggregator aggregator = onEveryAddress();

        HttpResponse<String> session = aggregator.post("/api/v1/session", "{\"token\":\"" + token() + "\"}");

        assertThat(session.statusCode()).isEqualTo(204);
        String cookie = session.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).containsIgnoringCase("HttpOnly").contains("SameSite=Strict").contains("Path=/")
                .doesNotContain(token());
        String value = cookie.substring(0, cookie.indexOf(';'));
        assertThat(aggregator.get("/api/v1/agents", "Cookie", value).statusCode()).isEqualTo(200);
        assertThat(aggregator.get("/api/v1/agents", "Cookie", value + "x").statusCode()).isEqualTo(401);
        String later = value.replaceFirst("=\\d", "=9");
        assertThat(aggregator.get("/api/v1/agents", "Cookie", later).statusCode()).as("an end made up")
                .isEqualTo(401);
    }

    @Test
    void a_wrong_token_becomes_no_cookie() throws IOException {
        RunningAggregator aggregator = onEveryAddress();

        assertThat(aggregator.post("/api/v1/session", "{\"token\":\"wrong\"}").statusCode()).isEqualTo(401);
        assertThat(aggregator.post("/api/v1/session", "{\"token\":7}").statusCode()).isEqualTo(400);
        assertThat(aggregator.post("/api/v1/session", "token=x").statusCode()).isEqualTo(400);
        assertThat(aggregator.post("/api/v1/session", "[]").statusCode()).isEqualTo(400);
        assertThat(aggregator.post("/api/v1/session", " ".repeat(5_000)).statusCode()).isEqualTo(413);
    }
}
