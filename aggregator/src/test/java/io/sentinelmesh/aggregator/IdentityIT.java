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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** The packaged program with the embedded PostgreSQL: an agent's life from its token to its end, across a kill of the aggregator. */
@Execution(ExecutionMode.CONCURRENT)
class IdentityIT {

    @TempDir
    Path dataDir;
    private final List<Process> started = new ArrayList<>();
    private int port;

    /** Three neighbouring ports that were free a moment ago. */
    private static int freePorts() throws IOException {
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
                "--sun-misc-unsafe-memory-access=allow", "-cp",
                target.resolve("aggregator.jar") + ":" + target.resolve("lib") + "/*", Main.class.getName(),
                "--data-dir", dataDir.toString(), "--port", String.valueOf(port))
                .redirectError(ProcessBuilder.Redirect.appendTo(dataDir.resolve("log").toFile())).start();
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

    private JsonObject ask(String method, String path, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(HttpRequest
                    .newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
            return new JsonObject(answer.body());
        }
    }

    @Test
    void from_the_token_to_the_revocation_across_a_kill() throws Exception {
        port = freePorts();
        Process killed = start();
        String token = ask("POST", "/api/v1/join-tokens", "{\"site\": \"fra\", \"uses\": 2}").getString("token");
        TestHost host = TestHost.joined(port + 2, Clock.systemUTC(), token, "fra-1");
        NodeId id = host.id();
        try (TestAgent link = host.link()) {
            link.batch(1, NodeId.random());
            link.awaitAck(1);
        }
        killed.destroyForcibly().waitFor();

        start();
        assertThat(host.renew().statusCode()).as("the authority, the agent and its certificate outlived the kill")
                .isEqualTo(200);
        assertThat(host.renewByKey().statusCode()).isEqualTo(200);
        assertThat(host.id()).isEqualTo(id);
        TestHost second = TestHost.joined(port + 2, Clock.systemUTC(), token, "fra-2");
        assertThat(new TestHost(port + 2, Clock.systemUTC()).join(token, "fra-3").body()).contains("token-used-up");
        try (TestAgent link = host.link(); TestAgent other = second.link()) {
            ask("POST", "/api/v1/agents/" + id + "/revoke", "");

            assertThat(link.await(Frame.Refusal.class).code()).isEqualTo(Frame.Refusal.Code.NOT_AUTHENTICATED);
            link.awaitClosed();
            assertThat(other.closed()).isFalse();
        }

        assertThat(Files.readString(dataDir.resolve("log"))).doesNotContain(JoinToken.parse(token).secret());
        try (Stream<Path> files = Files.walk(dataDir.resolve("ca"))) {
            // The lock holds nothing.
            assertThat(files.filter(file -> !file.endsWith("lock"))).hasSizeGreaterThan(1)
                    .allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).endsWith("------"));
        }
    }
}
