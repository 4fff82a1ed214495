package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Third parties at the agents' door: signed as docs/ingest.md says, by code that shares nothing with the aggregator's. */
class IngestTest {

    private static final OpenApi DOCUMENT = OpenApi.ours();
    private static final String PATH = "/api/v1/ingest";
    private static final UUID BOOT = UUID.randomUUID();

    @TempDir
    Path dataDir;
    private final HandClock clock = new HandClock();
    private RunningAggregator aggregator;
    private JsonObject key;

    @BeforeEach
    void start() throws IOException {
        aggregator = RunningAggregator.secure(new FakeStore(), dataDir, clock);
        key = created("{\"name\": \"cloud\", \"site\": \"elsewhere\"}");
    }

    @AfterEach
    void stop() {
        aggregator.close();
    }

    private JsonObject created(String body) {
        HttpResponse<String> made = aggregator.post("/api/v1/ingest-keys", body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        DOCUMENT.assertValid(new JsonObject(made.body()), "IssuedIngestKey");
        return new JsonObject(made.body());
    }

    private static NodeId agentOf(JsonObject issued) {
        return NodeId.parse(issued.getString("agentId"));
    }

    private byte[] batch(NodeId agent, long sequence) {
        NodeId shop = NodeId.random();
        Instant round = Instant.ofEpochSecond(clock.instant().getEpochSecond() / 10 * 10 - 10);
        return FrameCodec.encode(new Frame.Batch(agent, BOOT, sequence, clock.instant(),
                List.of(new MeshNode(shop, MeshNode.Role.ENDPOINT, "shop", "hosting", "192.0.2.80")),
                List.of(new MatrixRow(agent, ProbeKind.ICMP_ECHO, round, Duration.ofSeconds(10),
                        List.of(PairResult.of(shop, 10, 300, 400)))),
                0, Optional.empty(), List.of()));
    }

    /** One request, as a sender makes it. */
    private final class Sending {
        String name = key.getString("key");
        String secret = key.getString("secret");
        String path = PATH;
        String signedPath = PATH;
        String nonce = UUID.randomUUID().toString();
        long timestamp = clock.instant().getEpochSecond();
        byte[] signed = batch(agentOf(key), 1);
        Optional<byte[]> sent = Optional.empty();

        Sending with(JsonObject issued) {
            name = issued.getString("key");
            secret = issued.getString("secret");
            return this;
        }

        Sending body(byte[] bytes) {
            signed = bytes;
            return this;
        }

        Sending at(String where) {
            path = where;
            signedPath = where;
            return this;
        }

        HttpResponse<String> send() {
            try {
                String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(signed));
                String text = "SENTINEL-HMAC-SHA256\nPOST\n" + signedPath + "\n" + name + "\n" + timestamp + "\n"
                        + nonce + "\n"
                        + hash;
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(HexFormat.of().parseHex(secret), "HmacSHA256"));
                String signature = HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
                HttpRequest request = HttpRequest
                        .newBuilder(URI.create("https://127.0.0.1:" + aggregator.doorPort() + path))
                        .header("Sentinel-Key", name).header("Sentinel-Timestamp", Long.toString(timestamp))
                        .header("Sentinel-Nonce", nonce).header("Sentinel-Signature", signature)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(sent.orElse(signed))).build();
                try (HttpClient client = HttpClient.newBuilder()
                        .sslContext(TlsIdentity.pinned(aggregator.trust.fingerprint(), clock).context()).build()) {
                    return client.send(request, HttpResponse.BodyHandlers.ofString());
                }
            } catch (GeneralSecurityException | IOException | InterruptedException failure) {
                throw new AssertionError(failure);
            }
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("type")).isEqualTo("urn:sentinel-mesh:problem:" + type);
        assertThat(new JsonObject(answer.body()).getString("detail")).isNotBlank();
    }

    @Test
    void a_signed_batch_is_durable_when_it_is_answered_and_once_however_often_it_comes() {
        HttpResponse<String> first = new Sending().send();
        HttpResponse<String> again = new Sending().send();

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        DOCUMENT.assertValid(new JsonObject(first.body()), "IngestAcknowledgement");
        assertThat(new JsonObject(first.body()).getLong("acknowledged")).isEqualTo(1);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(aggregator.store.sequencesOf(agentOf(key))).containsExactly(1L);
        assertThat(aggregator.get("/metrics").body()).contains("sentinel_ingest_requests_total{result=\"stored\"} 2\n");
        assertThat(aggregator.get("/api/v1/agents").body()).contains("\"cloud\"");
    }

    @Test
    void a_request_that_is_sent_twice_is_refused_the_second_time() {
        Sending sending = new Sending();

        assertThat(sending.send().statusCode()).isEqualTo(200);
        assertProblem(sending.send(), 409, "nonce-repeated");
    }

    @Test
    void a_request_is_refused_as_soon_as_any_part_that_is_signed_was_altered() {
        Sending body = new Sending();
        body.sent = Optional.of(batch(agentOf(key), 2));
        assertProblem(body.send(), 401, "signature-wrong");

        Sending path = new Sending();
        path.signedPath = PATH + "/token";
        assertProblem(path.send(), 401, "signature-wrong");

        Sending name = new Sending();
        name.name = key.getString("id") + ".2";
        name.secret = key.getString("secret");
        assertProblem(name.send(), 401, "signature-wrong");

        Sending secret = new Sending();
        secret.secret = "00".repeat(32);
        assertProblem(secret.send(), 401, "signature-wrong");
        assertThat(aggregator.store.sequencesOf(agentOf(key))).isEmpty();
    }

    @Test
    void a_request_from_before_or_beyond_the_window_is_refused_and_told_how_far_its_clock_is_off() {
        Sending late = new Sending();
        late.timestamp -= 301;
        HttpResponse<String> answer = late.send();
        assertProblem(answer, 401, "timestamp-outside-window");
        assertThat(answer.body()).contains("301 s behind");

        Sending early = new Sending();
        early.timestamp += 302;
        assertProblem(early.send(), 401, "timestamp-outside-window");

        // Whole seconds, rounded down, and the request takes a while: 299 could be more than 300 by the time it is read.
        Sending edge = new Sending();
        edge.timestamp -= 290;
        assertThat(edge.send().statusCode()).isEqualTo(200);
    }

    /** By stages: size, signature, window, identity, replay, order, schema; each is counted under its own word. */
    @Test
    void every_refusal_has_a_code_and_is_counted_under_it() {
        Sending forged = new Sending();
        forged.sent = Optional.of(batch(agentOf(key), 2));
        Sending late = new Sending();
        late.timestamp -= 1_000;
        Sending repeated = new Sending();
        assertThat(repeated.send().statusCode()).isEqualTo(200);
        Sending unsigned = new Sending();
        unsigned.nonce = "short";

        refusedAs(413, "too-large", new Sending().body(new byte[FrameCodec.MAX_FRAME_BYTES + 1]));
        refusedAs(401, "signature-missing", unsigned);
        refusedAs(401, "signature-wrong", forged);
        refusedAs(401, "timestamp-outside-window", late);
        refusedAs(403, "other-agent", new Sending().body(batch(NodeId.random(), 1)));
        refusedAs(409, "nonce-repeated", repeated);
        refusedAs(409, "out-of-order", new Sending().body(batch(agentOf(key), 9)));
        refusedAs(422, "not-a-batch", new Sending().body("hello".getBytes(StandardCharsets.UTF_8)));
        aggregator.store.goesAway("gone fishing");
        refusedAs(503, "unavailable", new Sending());
    }

    private void refusedAs(int status, String word, Sending sending) {
        String counter = "sentinel_ingest_requests_total{result=\"" + word + "\"} ";
        assertThat(aggregator.get("/metrics").body()).as("before").contains(counter + "0\n");

        assertProblem(sending.send(), status, word);

        assertThat(aggregator.get("/metrics").body()).contains(counter + "1\n");
    }

    @Test
    void a_key_sends_its_own_agents_results_only() {
        assertProblem(new Sending().body(batch(NodeId.random(), 1)).send(), 403, "other-agent");
    }

    @Test
    void what_is_no_batch_is_refused() {
        assertProblem(new Sending().body("hello".getBytes(StandardCharsets.UTF_8)).send(), 422, "not-a-batch");
        assertProblem(new Sending().body(FrameCodec.encode(new Frame.Ping(1, clock.instant()))).send(), 422,
                "not-a-batch");
    }

    @Test
    void a_gap_in_the_sequence_is_refused_with_what_is_due() {
        assertThat(new Sending().send().statusCode()).isEqualTo(200);

        HttpResponse<String> gap = new Sending().body(batch(agentOf(key), 3)).send();

        assertProblem(gap, 409, "out-of-order");
        assertThat(gap.body()).contains("where 2 is due");
        assertThat(new Sending().body(batch(agentOf(key), 2)).send().statusCode()).isEqualTo(200);
        assertThat(aggregator.store.sequencesOf(agentOf(key))).containsExactly(1L, 2L);
    }

    @Test
    void after_a_rotation_both_secrets_are_good_until_the_overlap_ends() {
        HttpResponse<String> rotated = aggregator.post("/api/v1/ingest-keys/" + key.getString("id") + "/rotate",
                "{\"overlapSeconds\": 600}");
        JsonObject next = new JsonObject(rotated.body());
        DOCUMENT.assertValid(next, "IssuedIngestKey");
        assertThat(next.getString("secret")).isNotEqualTo(key.getString("secret"));

        assertThat(new Sending().send().statusCode()).isEqualTo(200);
        assertThat(new Sending().with(next).send().statusCode()).isEqualTo(200);
        clock.leap(Duration.ofSeconds(600));

        assertProblem(new Sending().send(), 403, "key-rotated");
        assertThat(new Sending().with(next).send().statusCode()).isEqualTo(200);
    }

    @Test
    void a_key_that_ended_or_was_revoked_or_whose_agent_was_is_good_for_nothing() {
        JsonObject brief = created("{\"name\": \"brief\", \"expiresInSeconds\": 60}");
        JsonObject gone = created("{\"name\": \"gone\"}");
        assertThat(aggregator.delete("/api/v1/ingest-keys/" + gone.getString("id")).statusCode()).isEqualTo(204);
        clock.leap(Duration.ofSeconds(60));

        assertProblem(new Sending().with(brief).send(), 403, "key-expired");
        assertProblem(new Sending().with(gone).send(), 403, "key-revoked");
        aggregator.post("/api/v1/agents/" + key.getString("agentId") + "/revoke", "");
        assertProblem(new Sending().send(), 403, "agent-revoked");
    }

    @Test
    void a_token_signs_for_an_hour_and_makes_no_other_token() {
        HttpResponse<String> made = new Sending().at(PATH + "/token").body(new byte[0]).send();
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        JsonObject token = new JsonObject(made.body());
        DOCUMENT.assertValid(token, "IngestToken");

        assertThat(new Sending().with(token).send().statusCode()).isEqualTo(200);
        assertProblem(new Sending().with(token).at(PATH + "/token").body(new byte[0]).send(), 403,
                "static-key-needed");
        // Its end is a part of its name: a later one is another secret.
        JsonObject longer = token.copy().put("key",
                key.getString("key") + "." + (clock.instant().getEpochSecond() + 9_999));
        assertProblem(new Sending().with(longer).send(), 401, "signature-wrong");
        clock.leap(Duration.ofHours(1));
        assertProblem(new Sending().with(token).send(), 403, "token-expired");
    }

    @Test
    void while_the_database_is_away_nothing_is_acknowledged() {
        aggregator.store.goesAway("gone fishing");

        assertThat(new Sending().send().statusCode()).isEqualTo(503);

        aggregator.store.comesBack();
        assertThat(new Sending().send().statusCode()).isEqualTo(200);
    }

    @Test
    void without_a_signature_the_door_stays_shut_and_the_page_has_no_such_door() {
        Sending unsigned = new Sending();
        unsigned.nonce = "short";

        assertProblem(unsigned.send(), 401, "signature-missing");
        assertThat(aggregator.post(PATH, "x").statusCode()).isIn(404, 405);
    }

    @Test
    void keys_are_listed_without_their_secrets_and_a_name_is_used_once() {
        HttpResponse<String> list = aggregator.get("/api/v1/ingest-keys");

        DOCUMENT.assertValid(new JsonObject(list.body()), "IngestKeyList");
        assertThat(list.body()).contains(key.getString("id")).doesNotContain(key.getString("secret"));
        assertThat(aggregator.post("/api/v1/ingest-keys", "{\"name\": \"cloud\"}").statusCode()).isEqualTo(409);
        assertThat(aggregator.post("/api/v1/ingest-keys", "{}").statusCode()).isEqualTo(400);
        assertThat(aggregator.post("/api/v1/ingest-keys/none/rotate", "").statusCode()).isEqualTo(404);
        assertThat(aggregator.delete("/api/v1/ingest-keys/none").statusCode()).isEqualTo(404);
    }

    /** The lines that readers copy. */
    @Test
    void the_example_of_the_documentation_works() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "ingest.md"));
        String script = page.substring(page.indexOf("```sh\n# send") + 6, page.indexOf("```", page.indexOf("# send")));
        for (String program : List.of("curl", "openssl", "bash")) {
            Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin", program)), program + " is not here");
        }
        // The JVM's clock is moved in this test; the shell's is the host's.
        clock.leap(Duration.between(clock.instant(), Instant.now()));
        Path batch = Files.write(dataDir.resolve("batch.bin"), batch(agentOf(key), 1));
        Path authority = Files.writeString(dataDir.resolve("ca.pem"), key.getString("authority"));
        ProcessBuilder shell = new ProcessBuilder("bash", "-euc", script).redirectErrorStream(true);
        shell.environment().put("URL", "https://127.0.0.1:" + aggregator.doorPort());
        shell.environment().put("KEY", key.getString("key"));
        shell.environment().put("SECRET", key.getString("secret"));
        shell.environment().put("BATCH", batch.toString());
        shell.environment().put("CA", authority.toString());

        Process run = shell.start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("\"acknowledged\":1");
        assertThat(aggregator.store.sequencesOf(agentOf(key))).containsExactly(1L);
    }
}
