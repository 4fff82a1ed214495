package io.sentinelmesh.aggregator.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RowStreamsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LINE = "x".repeat(198) + "\r\n";
    /** 60 MB: more than the sockets in between hold. */
    private static final int MANY = 300_000;
    private static final String END = "\r\n0\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final MetricRegistry registry = new MetricRegistry();
    private int port;

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private void serve(RowStreams streams, Function<String, String> line) {
        Router router = Router.router(vertx);
        router.get("/large").handler(
                ctx -> streams.csv(ctx, "large", "header\r\n", Collections.nCopies(MANY, LINE), line));
        router.get("/small").handler(
                ctx -> streams.csv(ctx, "small", "header\r\n", Collections.nCopies(2, LINE), line));
        router.get("/just-large").handler(ctx -> streams.csv(ctx, "just-large", "header\r\n",
                Collections.nCopies(RowStreams.LARGE_ROWS + 1, LINE), line));
        HttpServer server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
        port = server.actualPort();
    }

    /** Has asked, and has got the first byte of an answer. */
    private Socket asker(String path) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        return socket;
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** All that comes until the other end closes. */
    private static String rest(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            byte[] last = new byte[END.length()];
            byte[] piece = new byte[1 << 16];
            try {
                for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                    int kept = Math.min(length, last.length);
                    System.arraycopy(last, kept, last, 0, last.length - kept);
                    System.arraycopy(piece, length - kept, last, last.length - kept, kept);
                }
            } catch (IOException reset) {
                // That is an end, too.
            }
            return new String(last, StandardCharsets.US_ASCII);
        }
    }

    @Test
    void large_answers_beyond_so_many_at_once_are_refused_and_small_ones_never() throws Exception {
        serve(new RowStreams(registry), line -> line);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < RowStreams.MOST_OPEN; i++) {
                slow.add(asker("/large"));
            }

            HttpResponse<String> refused = get("/large");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem");
            assertThat(refused.headers().firstValue("Content-Disposition")).isEmpty();
            assertThat(get("/small").body()).isEqualTo("header\r\n" + LINE + LINE);
            assertThat(registry.exposition())
                    .contains("sentinel_api_answers_not_given_total{reason=\"others-are-reading\"} 1");

            slow.getFirst().close();
            await().atMost(PATIENCE).until(() -> get("/just-large").statusCode() == 200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void an_answer_that_was_taken_gives_its_place_back() throws Exception {
        serve(new RowStreams(registry), line -> line);

        for (int i = 0; i < RowStreams.MOST_OPEN + 1; i++) {
            HttpResponse<String> answer = get("/just-large");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).hasSize("header\r\n".length() + (RowStreams.LARGE_ROWS + 1) * LINE.length());
        }
    }

    @Test
    void who_takes_too_long_is_cut_off_and_does_not_take_it_for_the_end() throws Exception {
        serve(new RowStreams(registry, Duration.ofMillis(300)), line -> line);
        try (Socket slow = asker("/large")) {
            await().atMost(PATIENCE).until(() -> registry.exposition()
                    .contains("sentinel_api_answers_not_given_total{reason=\"too-slow\"} 1"));

            assertThat(rest(slow)).doesNotEndWith(END);
        }
    }

    @Test
    void a_row_that_cannot_be_written_ends_the_answer_without_the_look_of_a_whole_one() throws Exception {
        int[] written = new int[1];
        serve(new RowStreams(registry), line -> {
            if (++written[0] == 1_000) {
                throw new IllegalStateException("no such node");
            }
            return line;
        });
        try (Socket asker = asker("/large")) {
            assertThat(rest(asker)).doesNotEndWith(END);
        }
        assertThat(registry.exposition()).contains("sentinel_api_answers_not_given_total{reason=\"failed\"} 1");
    }
}
