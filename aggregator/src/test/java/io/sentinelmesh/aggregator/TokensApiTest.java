package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.JoinToken;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Tokens are handed out, listed and taken back, held against openapi.yaml. */
class TokensApiTest {

    private static final OpenApi DOCUMENT = OpenApi.ours();

    @TempDir
    Path dataDir;
    private RunningAggregator aggregator;

    @BeforeEach
    void start() throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), dataDir);
    }

    @AfterEach
    void stop() {
        aggregator.close();
    }

    @Test
    void a_token_is_shown_once_and_pins_the_authority() {
        HttpResponse<String> made = aggregator.post("/api/v1/join-tokens", "{\"site\": \"fra\", \"uses\": 3}");

        assertThat(made.statusCode()).isEqualTo(201);
        JsonObject token = new JsonObject(made.body());
        DOCUMENT.assertValid(token, "CreatedJoinToken");
        JoinToken parsed = JoinToken.parse(token.getString("token"));
        assertThat(parsed.caFingerprint()).isEqualTo(aggregator.trust.fingerprint());
        String list = aggregator.get("/api/v1/join-tokens").body();
        DOCUMENT.assertValid(new JsonObject(list), "JoinTokenList");
        assertThat(list).contains(parsed.id()).doesNotContain(parsed.secret()).doesNotContain(parsed.secretHash());
    }

    @Test
    void a_token_that_was_taken_back_is_listed_as_revoked() {
        String id = JoinToken.parse(aggregator.token("{\"site\": \"fra\"}")).id();

        assertThat(aggregator.delete("/api/v1/join-tokens/" + id).statusCode()).isEqualTo(204);

        JsonObject listed = aggregator.json("/api/v1/join-tokens").getJsonArray("tokens").getJsonObject(0);
        assertThat(listed.getString("state")).isEqualTo("revoked");
        assertThat(aggregator.delete("/api/v1/join-tokens/none").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[] | body", "{} | site", "{\"site\": 7} | site", "{\"site\": \"a;b\"} | site",
            "{\"site\": \"fra\", \"uses\": 0} | uses", "{\"site\": \"fra\", \"uses\": 10001} | uses",
            "{\"site\": \"fra\", \"uses\": \"2\"} | uses", "{\"site\": \"fra\", \"expiresInSeconds\": 59} | expires",
            "{\"site\": \"fra\", \"expiresInSeconds\": 7776001} | expires",
            "{\"site\": \"fra\", \"agentId\": 1} | agentId",
            "{\"site\": \"fra\", \"forever\": true} | forever"})
    void what_makes_no_sense_is_refused_by_name(String body, String named) {
        HttpResponse<String> answer = aggregator.post("/api/v1/join-tokens", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("detail")).contains(named);
        assertThat(aggregator.json("/api/v1/join-tokens").getJsonArray("tokens")).isEmpty();
    }

    @Test
    void an_agent_may_be_shut_out_before_it_comes_and_twice_is_once() {
        NodeId agent = NodeId.random();

        String first = aggregator.post("/api/v1/agents/" + agent + "/revoke", "").body();
        String second = aggregator.post("/api/v1/agents/" + agent + "/revoke", "").body();

        assertThat(new JsonObject(second)).isEqualTo(new JsonObject(first));
        assertThat(aggregator.post("/api/v1/agents/me/revoke", "").statusCode()).isEqualTo(400);
    }

    @Test
    void a_page_of_another_origin_makes_no_token() {
        assertThat(aggregator.post("/api/v1/join-tokens", "{\"site\": \"fra\"}", "Origin", "http://evil.example")
                .statusCode()).isEqualTo(403);
    }
}
