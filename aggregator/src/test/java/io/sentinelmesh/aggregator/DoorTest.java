package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.aggregator.identity.MeshTrust;
import io.sentinelmesh.aggregator.identity.TrustSettings;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Who gets in at the agents' door: over real TLS, with a clock that the tests move. */
class DoorTest {

    private static final String FRANKFURT = "{\"site\": \"fra\"}";

    @TempDir
    Path dataDir;
    private final HandClock clock = new HandClock();
    private RunningAggregator aggregator;

    @BeforeEach
    void start() throws IOException {
        aggregator = RunningAggregator.secure(new FakeStore(), dataDir, clock);
    }

    @AfterEach
    void stop() {
        aggregator.close();
    }

    private TestHost host() {
        return new TestHost(aggregator.doorPort(), clock);
    }

    private TestHost joined(String name) {
        return TestHost.joined(aggregator.doorPort(), clock, aggregator.token(FRANKFURT), name);
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("type")).isEqualTo("urn:sentinel-mesh:problem:" + type);
        assertThat(new JsonObject(answer.body()).getString("detail")).isNotBlank();
    }

    private JsonObject listed(String name) {
        return aggregator.json("/api/v1/agents").getJsonArray("agents").stream().map(JsonObject.class::cast)
                .filter(agent -> agent.getString("name").equals(name)).findFirst().orElseThrow();
    }

    private HttpResponse<String> revoke(TestHost host) {
        return aggregator.post("/api/v1/agents/" + host.id() + "/revoke", "");
    }

    @Test
    void who_joins_gets_a_certificate_that_opens_its_link() {
        TestHost host = joined("fra-1");

        OpenApi.ours().assertValid(host.answer(), "Enrolled");
        assertThat(host.answer().getString("site")).isEqualTo("fra");
        assertThat(host.answer().getInteger("webPort")).isEqualTo(aggregator.port());
        assertThat(host.answer().getInteger("agentPort")).isEqualTo(aggregator.doorPort());
        try (TestAgent link = host.link()) {
            link.batch(1, NodeId.random());
            link.awaitAck(1);
            assertThat(aggregator.store.sequencesOf(host.id())).containsExactly(1L);
            assertThat(Instant.parse(listed("fra-1").getString("certificateExpires")))
                    .isEqualTo(host.certificate().getNotAfter().toInstant());
            OpenApi.ours().assertValid(aggregator.json("/api/v1/agents"), "AgentList");
        }
    }

    @Test
    void a_token_that_is_no_good_is_refused_each_with_its_own_word() {
        String good = aggregator.token(FRANKFURT);
        String otherSecret = new JoinToken(JoinToken.parse(good).id(), JoinToken.random("00".repeat(32)).secret(),
                aggregator.trust.fingerprint()).text();
        assertProblem(host().join(otherSecret, "fra-1"), 401, "token-unknown");
        assertProblem(host().join(aggregator.trust.fingerprint(), host().joinBody("what?", "fra-1")), 401,
                "token-unknown");
        assertProblem(host().join(aggregator.trust.fingerprint(), host().joinBody(good, "x").put("site", "ams")), 403,
                "site-mismatch");

        assertThat(host().join(good, "fra-1").statusCode()).isEqualTo(200);
        assertProblem(host().join(good, "fra-2"), 403, "token-used-up");

        String revoked = aggregator.token(FRANKFURT);
        aggregator.delete("/api/v1/join-tokens/" + JoinToken.parse(revoked).id());
        assertProblem(host().join(revoked, "fra-2"), 403, "token-revoked");

        String late = aggregator.token("{\"site\": \"fra\", \"expiresInSeconds\": 3600}");
        assertProblem(host().join(late, "fra-1"), 409, "name-taken");
        clock.leap(Duration.ofHours(1));
        assertProblem(host().join(late, "fra-2"), 403, "token-expired");

        assertThat(aggregator.get("/metrics").body()).contains("sentinel_joins_total{result=\"certified\"} 1\n")
                .contains("sentinel_joins_total{result=\"token-used-up\"} 1\n")
                .contains("sentinel_joins_total{result=\"token-unknown\"} 2\n");
    }

    @Test
    void an_answer_that_got_lost_is_given_again() {
        String token = aggregator.token(FRANKFURT);
        TestHost host = TestHost.joined(aggregator.doorPort(), clock, token, "fra-1");
        NodeId first = host.id();

        assertThat(host.join(token, "fra-1").statusCode()).isEqualTo(200);

        assertThat(host.id()).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[] | JSON object", "{ | JSON object", "{} | token",
            "{\"token\": 7} | token", "{\"token\": \"t\", \"request\": \"!\"} | base64",
            "{\"token\": \"t\", \"request\": \"AA==\"} | name",
            "{\"token\": \"t\", \"request\": \"AA==\", \"name\": \"<script>\"} | name",
            "{\"token\": \"t\", \"request\": \"AA==\", \"name\": \"a\", \"agentId\": \"1-1-1-1-1\"} | agentId"})
    void a_body_that_makes_no_sense_is_refused_by_the_member(String body, String named) throws Exception {
        HttpResponse<String> answer = raw("/api/v1/agents/join", body);

        assertProblem(answer, 400, "bad-body");
        assertThat(answer.body()).contains(named);
    }

    private HttpResponse<String> raw(String path, String body) throws Exception {
        try (java.net.http.HttpClient http = java.net.http.HttpClient.newBuilder().sslContext(
                io.sentinelmesh.trust.TlsIdentity.pinned(aggregator.trust.fingerprint(), clock).context()).build()) {
            return http.send(java.net.http.HttpRequest
                    .newBuilder(java.net.URI.create("https://localhost:" + aggregator.doorPort() + path))
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void a_request_without_the_proof_of_a_key_is_refused_and_takes_no_use() {
        String token = aggregator.token(FRANKFURT);
        TestHost host = host();
        JsonObject body = host.joinBody(token, "fra-1");
        byte[] bytes = java.util.Base64.getDecoder().decode(body.getString("request"));
        bytes[bytes.length - 1] ^= 1;

        assertProblem(host.join(aggregator.trust.fingerprint(),
                body.copy().put("request", java.util.Base64.getEncoder().encodeToString(bytes))), 400,
                "bad-request-certificate");
        assertThat(host.join(token, "fra-1").statusCode()).isEqualTo(200);
    }

    @Test
    void a_body_that_is_too_large_is_refused() throws Exception {
        assertProblem(raw("/api/v1/agents/join", " ".repeat(16 * 1_024 + 1)), 413, "too-large");
    }

    @Test
    void whoever_asks_too_often_is_told_to_wait() throws Exception {
        try (java.net.http.HttpClient http = java.net.http.HttpClient.newBuilder().sslContext(
                io.sentinelmesh.trust.TlsIdentity.pinned(aggregator.trust.fingerprint(), clock).context()).build()) {
            java.net.http.HttpRequest ask = java.net.http.HttpRequest
                    .newBuilder(java.net.URI
                            .create("https://localhost:" + aggregator.doorPort() + "/api/v1/agents/renew/challenge"))
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}")).build();

            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofNanos(1)).until(
                    () -> http.send(ask, HttpResponse.BodyHandlers.ofString()),
                    answer -> answer.statusCode() == 429 && answer.headers().firstValue("Retry-After").isPresent());
        }
    }

    @Test
    void without_a_certificate_there_is_no_link_and_no_renewal() {
        TestHost host = joined("fra-1");

        assertProblem(host.get(host.server(), "/api/v1/link"), 401, "certificate-needed");
        assertProblem(host.post(host.server(), "/api/v1/agents/renew", host.joinBody("t", "n")), 401,
                "certificate-needed");
    }

    @Test
    void plain_text_gets_no_word_out_of_the_door() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", aggregator.doorPort())) {
            socket.setSoTimeout(15_000);
            OutputStream out = socket.getOutputStream();
            out.write("GET /api/v1/agents/trusted HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            // At most a TLS alert (RFC 8446 section 6), which is no HTTP.
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)).doesNotContain("HTTP");
        }
    }

    @Test
    void agents_do_not_come_in_at_the_web_port() {
        assertProblem(aggregator.get("/api/v1/link", "Sec-WebSocket-Version", "13"), 403, "certificate-needed");
        assertThatThrownBy(() -> TestAgent.join(aggregator.port(), "one")).isInstanceOf(CompletionException.class);
    }

    @Test
    void another_authoritys_agent_is_refused_and_another_authoritys_server_is_not_told_the_token(
            @TempDir Path otherDir) throws IOException {
        TestHost host = joined("fra-1");
        MeshTrust other = MeshTrust.open(TrustSettings.in(otherDir, Optional.empty(), List.of("localhost")), clock);
        try (RunningAggregator foreign = RunningAggregator.secure(new FakeStore(), otherDir, clock)) {
            TestHost stranger = TestHost.joined(foreign.doorPort(), clock, foreign.token(FRANKFURT), "fra-1");
            TestHost disguised = new TestHost(aggregator.doorPort(), clock);
            disguised.as(stranger);
            // It trusts this mesh, and shows the other's certificate.
            disguised.answer().put("trusted", host.answer().getJsonArray("trusted"));

            assertThatThrownBy(disguised::renew).isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(() -> host().join(other.fingerprint(), host().joinBody("t", "n")))
                    .isInstanceOf(UncheckedIOException.class).hasStackTraceContaining("another mesh's");
        }
    }

    @Test
    void a_link_that_ended_takes_no_place_at_the_door_any_more() {
        TestHost host = joined("site-a");
        for (int turn = 0; turn < 3; turn++) {
            try (TestAgent link = host.link()) {
                link.batch(turn + 1, NodeId.random());
                link.awaitAck(turn + 1);
                assertThat(openAtTheDoor()).isPositive();
            }
        }

        // The connections of joining are the client's own to close: it keeps them for a while, or not.
        await().untilAsserted(() -> assertThat(openAtTheDoor()).isLessThanOrEqualTo(1));
    }

    private int openAtTheDoor() {
        return aggregator.get("/metrics").body().lines().filter(line -> line.startsWith("sentinel_door_connections "))
                .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(' ') + 1))).findFirst().orElseThrow();
    }

    @Test
    void an_agent_speaks_for_itself_only() {
        TestHost host = joined("fra-1");

        try (TestAgent link = host.connect(TestAgent.named("other"), UUID.randomUUID())) {
            link.hello();

            Frame.Refusal refusal = link.await(Frame.Refusal.class);
            assertThat(refusal.code()).isEqualTo(Frame.Refusal.Code.NOT_AUTHENTICATED);
            assertThat(refusal.message()).contains(host.id().toString());
            link.awaitClosed();
            assertThat(aggregator.store.agents()).isEmpty();
        }
    }

    @Test
    void a_revoked_agent_is_not_heard_any_more_its_link_ends_and_it_gets_no_certificate() {
        TestHost host = joined("fra-1");
        TestHost staying = joined("fra-2");
        try (TestAgent link = host.link(); TestAgent other = staying.link()) {
            link.batch(1, NodeId.random());
            link.awaitAck(1);

            OpenApi.ours().assertValid(new JsonObject(revoke(host).body()), "Revocation");
            link.batch(2, NodeId.random());

            Frame.Refusal refusal = link.await(Frame.Refusal.class);
            assertThat(refusal.code()).isEqualTo(Frame.Refusal.Code.NOT_AUTHENTICATED);
            assertThat(refusal.message()).contains("revoked");
            link.awaitClosed();
            assertThat(aggregator.store.sequencesOf(host.id())).containsExactly(1L);
            assertThat(listed("fra-1").getBoolean("revoked")).isTrue();
            assertThat(listed("fra-2").getBoolean("revoked")).isFalse();
            assertThat(other.closed()).isFalse();
        }
        assertThatThrownBy(host::renew).as("the handshake").isInstanceOf(UncheckedIOException.class);
        assertProblem(host.renewByKey(), 403, "agent-revoked");
        assertProblem(host.join(aggregator.token(FRANKFURT), "fra-1"), 403, "agent-revoked");
    }

    @Test
    void what_another_aggregator_revoked_ends_here_too() {
        TestHost host = joined("fra-1");
        try (TestAgent link = host.link()) {
            aggregator.store.identities().revoke(host.id(), clock.instant());
            aggregator.lookAfterIdentities();

            assertThat(link.await(Frame.Refusal.class).code()).isEqualTo(Frame.Refusal.Code.NOT_AUTHENTICATED);
        }
    }

    @Test
    void a_revoked_agent_comes_back_with_a_token_made_for_it_and_a_new_key_and_its_old_certificate_does_not() {
        TestHost before = joined("fra-1");
        revoke(before);
        TestHost again = host();
        String token = aggregator.token("{\"site\": \"fra\", \"agentId\": \"" + before.id() + "\"}");

        assertThat(again.join(token, "fra-1").statusCode()).isEqualTo(200);

        assertThat(again.id()).isEqualTo(before.id());
        again.link().close();
        // The handshake knows ids only; the door knows certificates.
        assertProblem(before.renew(), 403, "agent-revoked");
        assertProblem(before.renewByKey(), 403, "agent-revoked");
    }

    @Test
    void a_certificate_renews_with_the_same_key_or_a_new_one_and_the_identity_stays() {
        TestHost host = joined("fra-1");
        NodeId id = host.id();
        String serial = host.certificate().getSerialNumber().toString(16);
        clock.leap(Duration.ofDays(5));

        assertThat(host.renew().statusCode()).isEqualTo(200);

        assertThat(host.certificate().getSerialNumber().toString(16)).isNotEqualTo(serial);
        assertThat(host.id()).isEqualTo(id);
        clock.leap(Duration.ofDays(5));
        host.link().close();
        assertThat(Instant.parse(host.answer().getString("renewAfter"))).isBefore(clock.instant());
    }

    @Test
    void an_agent_that_was_away_for_thirty_days_renews_by_its_key() {
        TestHost host = joined("fra-1");
        clock.leap(Duration.ofDays(30));
        aggregator.lookAfterIdentities();
        assertProblem(host.renew(), 401, "certificate-needed");
        assertThatThrownBy(() -> host.get(host.stubborn(), "/api/v1/link")).as("its certificate has ended")
                .isInstanceOf(UncheckedIOException.class);

        assertThat(host.renewByKey().statusCode()).isEqualTo(200);

        host.link().close();
    }

    @Test
    void an_agent_that_was_away_for_91_days_beyond_its_certificate_has_to_join_again_and_keeps_its_id() {
        TestHost host = joined("fra-1");
        NodeId id = host.id();
        clock.leap(Duration.ofDays(7 + 90).minusMinutes(1));
        aggregator.lookAfterIdentities();
        assertThat(host.renewByKey().statusCode()).as("just in time").isEqualTo(200);
        clock.leap(Duration.ofDays(7 + 91));
        aggregator.lookAfterIdentities();

        assertProblem(host.renewByKey(), 403, "absent-too-long");
        assertThat(host.join(aggregator.token(FRANKFURT), "fra-1").statusCode()).isEqualTo(200);
        assertThat(host.id()).isEqualTo(id);
    }

    @Test
    void a_renewal_by_key_needs_the_key_and_a_challenge_of_this_minute() {
        TestHost host = joined("fra-1");
        TestHost other = joined("fra-2");
        String nonce = host.nonce();
        KeyPair stranger = CertificateRequest.newKey();

        assertProblem(host.renewByKey(nonce, stranger), 401, "proof-wrong");
        assertProblem(host.renewByKey(nonce, other.key()), 401, "proof-wrong");
        assertProblem(host.renewByKey(nonce + "x", host.key()), 403, "challenge-expired");
        assertProblem(host.renewByKey("x", host.key()), 403, "challenge-expired");
        assertThat(host.renewByKey(nonce, host.key()).statusCode()).isEqualTo(200);

        clock.leap(Duration.ofSeconds(61));
        assertProblem(host.renewByKey(nonce, host.key()), 403, "challenge-expired");
    }

    @Test
    void one_agents_key_is_not_certified_for_another() {
        TestHost host = joined("fra-1");
        TestHost other = joined("fra-2");
        JsonObject foreign = new JsonObject().put("request",
                java.util.Base64.getEncoder().encodeToString(CertificateRequest.of(other.key())));

        assertProblem(host.post(host.context(), "/api/v1/agents/renew", foreign), 409, "identity-taken");
    }

    @Test
    void a_link_ends_when_its_agent_let_its_certificate_end() {
        TestHost host = joined("fra-1");
        TestHost renewing = joined("fra-2");
        try (TestAgent link = host.link(); TestAgent other = renewing.link()) {
            clock.leap(Duration.ofDays(6));
            renewing.renew();
            clock.leap(Duration.ofDays(2));
            aggregator.lookAfterIdentities();

            assertThat(link.await(Frame.Refusal.class).message()).contains("renew");
            link.awaitClosed();
            assertThat(other.closed()).isFalse();
        }
        assertThat(aggregator.get("/metrics").body())
                .contains("sentinel_agent_certificates{state=\"expired\"} 1\n")
                .contains("sentinel_agent_certificates{state=\"valid\"} 1\n");
    }

    @Test
    void the_servers_certificate_renews_while_links_stay_open() {
        TestHost host = joined("fra-1");
        try (TestAgent link = host.link()) {
            Instant before = aggregator.trust.serverValidity().until();
            // Not all at once: the agent would be away for longer than its own certificate lives.
            for (int day = 0; day < 24; day += 4) {
                clock.leap(Duration.ofDays(4));
                aggregator.lookAfterIdentities();
                assertThat(host.renew().statusCode()).isEqualTo(200);
            }

            assertThat(aggregator.trust.serverValidity().until()).isAfter(before);
            assertThat(link.closed()).isFalse();
            host.link().close();
        }
        assertThat(aggregator.get("/metrics").body()).doesNotContain("sentinel_server_certificate_remaining_seconds -");
    }

    @Test
    void the_authority_renews_while_agents_run_and_those_that_know_only_the_elder_get_in() {
        clock.leap(Duration.ofDays(2 * 365 - 2));
        aggregator.lookAfterIdentities();
        TestHost host = joined("fra-1");
        String elder = aggregator.trust.fingerprint();
        String token = aggregator.token("{\"site\": \"fra\", \"expiresInSeconds\": 864000}");
        clock.leap(Duration.ofDays(4));
        aggregator.lookAfterIdentities();
        assertThat(aggregator.trust.fingerprint()).isNotEqualTo(elder);

        host.link().close();
        assertThat(new JsonObject(host.get(host.server(), "/api/v1/agents/trusted").body()).getJsonArray("trusted"))
                .hasSize(2);
        assertThat(host().join(token, "fra-2").statusCode()).as("a token that pins the elder").isEqualTo(200);
        assertThat(host.renew().statusCode()).isEqualTo(200);
        assertThat(host.certificates("trusted")).hasSize(2);
        host.link().close();
    }

    @Test
    void two_hosts_with_one_identity_are_shown() {
        TestHost host = joined("fra-1");
        UUID original = UUID.randomUUID();
        UUID copy = UUID.randomUUID();
        try (TestAgent first = host.link(original); TestAgent second = host.link(copy)) {
            first.awaitClosed();
            assertThat(listed("fra-1").getBoolean("duplicateIdentity")).as("a restart looks like this").isFalse();

            try (TestAgent third = host.link(original)) {
                second.awaitClosed();
                assertThat(listed("fra-1").getBoolean("duplicateIdentity")).isTrue();
                assertThat(third.closed()).isFalse();
            }
        }
        clock.leap(Duration.ofMinutes(11));
        assertThat(listed("fra-1").getBoolean("duplicateIdentity")).isFalse();
    }

    @Test
    void while_the_database_is_away_nobody_joins_and_the_token_is_not_used() {
        String token = aggregator.token(FRANKFURT);
        aggregator.store.goesAway("connection refused");

        assertProblem(host().join(token, "fra-1"), 503, "unavailable");

        aggregator.store.comesBack();
        assertThat(host().join(token, "fra-1").statusCode()).isEqualTo(200);
    }

    @Test
    void the_authority_and_who_joined_outlive_a_restart() throws IOException {
        TestHost host = joined("fra-1");
        aggregator.close();
        aggregator = RunningAggregator.secure(aggregator.store, dataDir, clock);
        TestHost later = new TestHost(aggregator.doorPort(), clock);
        later.as(host);

        assertThat(later.renew().statusCode()).isEqualTo(200);
        later.link().close();
    }
}
