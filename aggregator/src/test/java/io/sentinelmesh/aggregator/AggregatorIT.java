package io.sentinelmesh.aggregator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged program as its own process, with the embedded PostgreSQL: what it stored outlives it, however it ended. */
@Execution(ExecutionMode.CONCURRENT)
class AggregatorIT {

    private static final Duration FIRST_START = Duration.ofSeconds(60);

    @TempDir
    Path dataDir;
    private final List<Process> started = new ArrayList<>();
    private int port;

    /** Three neighbouring ports that were free a moment ago. */
    private static int freePort() throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        for (int attempt = 0; attempt < 50; attempt++) {
            try (ServerSocket first = new ServerSocket(0, 1, loopback);
                    ServerSocket second = new ServerSocket(first.getLocalPort() + 1, 1, loopback);
                    ServerSocket third = new ServerSocket(first.getLocalPort() + 2, 1, loopback)) {
                return Math.min(second.getLocalPort(), third.getLocalPort()) - 1;
            } catch (IOException | IllegalArgumentException inUse) {
                // Others, then.
            }
        }
        throw new IOException("no three neighbouring ports are free");
    }

    private Process start() throws IOException {
        Path target = Path.of(System.getProperty("sentinel.root", ".."), "aggregator", "target");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(java.toString(), "-Xmx256m", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", target.resolve("aggregator.jar") + ":"
                        + target.resolve("lib") + "/*",
                Main.class.getName(), "--data-dir", dataDir.toString(), "--port", String.valueOf(port),
                // What is kept is what this is about, not who may bring it.
                "--insecure")
                .redirectError(dataDir.resolve("log").toFile()).start();
        started.add(process);
        BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).as("log: %s", dataDir.resolve("log"))
                .isEqualTo("ready http://127.0.0.1:" + port + "/");
        return process;
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private JsonObject get(String path) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return new JsonObject(http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(FIRST_START).build(),
                    HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private JsonArray history(MeshNode source, MeshNode destination) {
        return get("/api/v1/pairs/" + source.id() + "/" + destination.id() + "/history").getJsonArray("points");
    }

    @Test
    void what_was_acknowledged_is_there_after_a_kill_and_after_a_stop() throws Exception {
        port = freePort();
        MeshNode node = TestAgent.named("one");
        MeshNode other = TestAgent.named("two");
        UUID boot = UUID.randomUUID();

        Process killed = start();
        try (TestAgent two = TestAgent.join(port, other, UUID.randomUUID());
                TestAgent one = TestAgent.join(port, node, boot)) {
            one.batch(1, other.id());
            one.batch(2, other.id());
            one.awaitAck(2);
            assertThat(history(node, other)).hasSize(2);
        }
        killed.destroyForcibly().waitFor();

        Process stopped = start();
        assertThat(history(node, other)).hasSize(2);
        try (TestAgent two = TestAgent.join(port, other, UUID.randomUUID());
                TestAgent one = TestAgent.join(port, node, boot)) {
            assertThat(one.await(Frame.Ack.class)).isEqualTo(new Frame.Ack(boot, 2));
            one.batch(2, other.id());
            one.batch(3, other.id());
            one.awaitAck(3);
            assertThat(history(node, other)).hasSize(3);
            one.live(TestAgent.answered(other.id()));
            await().untilAsserted(() -> assertThat(get("/api/v1/matrix").getJsonArray("cells")).hasSize(1));
        }
        assertThat(get("/healthz/ready").getBoolean("ready")).isTrue();

        long asked = System.nanoTime();
        stopped.destroy();
        assertThat(stopped.waitFor(12, TimeUnit.SECONDS)).as("ends when told to").isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(10));
        assertThat(stopped.exitValue()).isEqualTo(128 + 15);

        start();
        assertThat(history(node, other)).hasSize(3);
        assertThat(get("/api/v1/agents").getJsonArray("agents")).hasSize(2);
    }
}
