package io.sentinelmesh.agent.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@SuppressWarnings("NullAway.Init")
class LocalEndpointTest {

    private final MetricPage page = new MetricPage();
    private LocalEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        endpoint = LocalEndpoint.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), page);
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    /** @return what came back until the connection was closed */
    private String ask(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String ask(String path, String host) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: */*\r\n\r\n");
    }

    @Test
    void figures_are_given_in_the_text_format_of_prometheus() throws IOException {
        page.gauge("sentinel_agent_heap_used_bytes", "Heap in use.", "bytes", () -> 12_345_678);
        page.counter("sentinel_agent_results_dropped_total", "Given up.", "", Map.of("reason", "a \"b\"\n"), () -> 3);
        page.gauge("sentinel_agent_cpu_steal_ratio", "Stolen.", "ratio", () -> 0.25);
        page.gauge("sentinel_agent_open_files", "Open.", "", () -> Double.NaN);

        String answer = ask("/metrics", "127.0.0.1:9");

        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .endsWith("""
                        # HELP sentinel_agent_cpu_steal_ratio Stolen.
                        # TYPE sentinel_agent_cpu_steal_ratio gauge
                        sentinel_agent_cpu_steal_ratio 0.25
                        # HELP sentinel_agent_heap_used_bytes Heap in use.
                        # TYPE sentinel_agent_heap_used_bytes gauge
                        sentinel_agent_heap_used_bytes 12345678
                        # HELP sentinel_agent_open_files Open.
                        # TYPE sentinel_agent_open_files gauge
                        sentinel_agent_open_files NaN
                        # HELP sentinel_agent_results_dropped_total Given up.
                        # TYPE sentinel_agent_results_dropped_total counter
                        sentinel_agent_results_dropped_total{reason="a \\"b\\"\\n"} 3
                        """);
    }

    @Test
    void there_is_nothing_else_and_nothing_to_order() throws IOException {
        assertThat(ask("/", "localhost")).startsWith("HTTP/1.1 404 ");
        assertThat(ask("POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void a_page_of_another_name_that_is_pointed_here_reads_nothing() throws IOException {
        assertThat(ask("/metrics", "evil.example")).startsWith("HTTP/1.1 403 ");
        assertThat(ask("/metrics", "[::1]:9100")).startsWith("HTTP/1.1 200 ");
        assertThat(ask("GET /metrics HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void who_says_too_much_or_nothing_holds_up_nobody_for_long() throws IOException {
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
            assertThat(silent.isConnected()).isTrue();

            assertThat(ask("/metrics", "localhost")).startsWith("HTTP/1.1 200 ");
        }
        assertThat(ask("/metrics", "localhost")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void a_name_that_breaks_the_rules_is_a_mistake_of_ours() {
        page.gauge("sentinel_agent_open_files", "Open.", "", () -> 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> page.gauge("sentinel_agent_open_files", "Open.", "", () -> 0))
                .withMessageContaining("there already");
        assertThatIllegalArgumentException().isThrownBy(() -> page.gauge("open_files", "Open.", "", () -> 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> page.gauge("sentinel_agent_heap", "Heap.", "bytes", () -> 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> page.counter("sentinel_agent_results", "Made.", "", () -> 0));
    }
}
