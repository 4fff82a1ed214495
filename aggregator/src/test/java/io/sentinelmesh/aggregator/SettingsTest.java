package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.db.StoredSettings;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Settings from the API to the agents' links and back. */
class SettingsTest {

    private static final OpenApi DOCUMENT = OpenApi.ours();
    private static final String PATH = "/api/v1/settings";
    private static final String TWENTY = "rounds:\n  packets: 20\n";

    @TempDir
    private Path dataDir;
    private final FakeStore store = new FakeStore();
    private RunningAggregator aggregator;

    @BeforeEach
    void start() throws IOException {
        aggregator = RunningAggregator.over(store, dataDir);
    }

    @AfterEach
    void stop() {
        aggregator.close();
    }

    @Test
    void before_anybody_gave_any_the_document_is_empty_and_its_version_0() {
        HttpResponse<String> answer = aggregator.get(PATH);

        DOCUMENT.assertValid(new JsonObject(answer.body()), "Settings");
        assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject().put("version", 0).put("document", ""));
        assertThat(answer.headers().firstValue("ETag")).contains("\"0\"");
    }

    @Test
    void what_is_put_is_in_force_and_in_the_history() {
        HttpResponse<String> put = put(TWENTY, 0);

        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        DOCUMENT.assertValid(new JsonObject(put.body()), "SettingsVersion");
        assertThat(put.headers().firstValue("ETag")).contains("\"1\"");
        JsonObject read = aggregator.json(PATH);
        DOCUMENT.assertValid(read, "Settings");
        assertThat(read.getString("document")).isEqualTo(TWENTY);
        assertThat(read.getString("author")).isEqualTo("ops");
        assertThat(aggregator.json(PATH + "/versions/1")).isEqualTo(read);
        assertThat(aggregator.get(PATH, "Accept", "application/yaml").body()).isEqualTo(TWENTY);
        JsonObject history = aggregator.json(PATH + "/versions");
        DOCUMENT.assertValid(history, "SettingsHistory");
        assertThat(history.getJsonArray("versions")).hasSize(1);
        assertThat(aggregator.get(PATH + "/versions/2").statusCode()).isEqualTo(404);
        assertThat(aggregator.get(PATH + "/versions/two").statusCode()).isEqualTo(400);
    }

    @Test
    void the_same_document_again_is_no_new_version() {
        put(TWENTY, 0);

        assertThat(new JsonObject(put(TWENTY, 1).body()).getInteger("version")).isEqualTo(1);
        assertThat(store.settings().newestVersion()).isEqualTo(1);
    }

    @Test
    void a_faulty_document_is_refused_with_every_fault_and_changes_nothing() {
        put(TWENTY, 0);
        try (TestAgent agent = TestAgent.joinWithSettings(aggregator.port(), "one", 1)) {
            HttpResponse<String> put = put("rounds:\n  packets: 0\n  lenght: 1s\n", 1);

            JsonObject problem = new JsonObject(put.body());
            DOCUMENT.assertValid(problem, "Problem");
            assertThat(put.statusCode()).isEqualTo(422);
            assertThat(problem.getString("detail")).startsWith("line 2, column 12: ").endsWith("nothing was changed");
            JsonArray faults = problem.getJsonArray("faults");
            assertThat(faults).hasSize(2);
            assertThat(faults.getJsonObject(1).getInteger("line")).isEqualTo(3);
            assertThat(faults.getJsonObject(1).getInteger("column")).isEqualTo(3);
            assertThat(faults.getJsonObject(1).getString("message")).contains("perhaps \"length\" was meant");
            assertThat(store.settings().newestVersion()).isEqualTo(1);
            // A good one is told, and is the next that the agent hears: nothing of the faulty one came.
            put("rounds:\n  packets: 30\n", 1);
            await().until(() -> settingsHeardBy(agent).size() == 2);
            assertThat(settingsHeardBy(agent)).containsExactly(new Frame.Settings(1, TWENTY),
                    new Frame.Settings(2, "rounds:\n  packets: 30\n"));
        }
    }

    @Test
    void who_did_not_see_the_last_change_does_not_overwrite_it() {
        put(TWENTY, 0);

        HttpResponse<String> late = put("rounds:\n  packets: 30\n", 0);

        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(late.body()).contains("version 1 is in force");
        assertThat(aggregator.json(PATH).getString("document")).isEqualTo(TWENTY);
    }

    @Test
    void a_put_must_say_what_it_was_written_after() {
        assertThat(aggregator.put(PATH, TWENTY).statusCode()).isEqualTo(428);
        assertThat(aggregator.put(PATH, TWENTY, "If-Match", "*").statusCode()).isEqualTo(400);
        assertThat(aggregator.put(PATH, TWENTY, "If-Match", "W/\"1\"").statusCode()).isEqualTo(400);
        assertThat(store.settings().newestVersion()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?author=", "?author=a%0Ab", "?author=%1B[31m"})
    void an_author_that_would_spoil_the_history_is_refused(String query) {
        assertThat(aggregator.put(PATH + query, TWENTY, "If-Match", "\"0\"").statusCode()).isEqualTo(400);
        assertThat(aggregator.put(PATH + "?author=" + "a".repeat(101), TWENTY, "If-Match", "\"0\"").statusCode())
                .isEqualTo(400);
    }

    @Test
    void a_document_that_is_too_long_or_no_text_is_refused() {
        HttpResponse<String> tooLong = put("#".repeat(SettingsDocument.MAX_BYTES + 1), 0);

        assertThat(tooLong.statusCode()).isEqualTo(413);
        assertThat(tooLong.body()).contains("at most 262144 bytes");
        assertThat(put("a: \0", 0).statusCode()).isEqualTo(400);
        assertThat(put("#".repeat(SettingsDocument.MAX_BYTES), 0).statusCode()).isEqualTo(200);
    }

    @Test
    void while_the_database_is_away_nothing_is_taken_and_agents_are_told_nothing() {
        store.goesAway("no route to the database");

        assertThat(put(TWENTY, 0).statusCode()).isEqualTo(503);
        assertThat(aggregator.get(PATH).statusCode()).isEqualTo(503);

        store.comesBack();
        assertThat(aggregator.json(PATH).getInteger("version")).isZero();
    }

    @Test
    void linked_agents_are_told_at_once_and_new_ones_after_their_hello() {
        try (TestAgent early = TestAgent.joinWithSettings(aggregator.port(), "early", 0)) {
            put(TWENTY, 0);
            assertThat(early.await(Frame.Settings.class)).isEqualTo(new Frame.Settings(1, TWENTY));
            try (TestAgent late = TestAgent.joinWithSettings(aggregator.port(), "late", 0)) {
                assertThat(late.await(Frame.Settings.class)).isEqualTo(new Frame.Settings(1, TWENTY));
            }
        }
    }

    @Test
    void an_agent_from_before_settings_is_sent_none_but_learns_its_rounds_from_config() {
        try (TestAgent old = TestAgent.join(aggregator.port(), "old")) {
            put("rounds: { packets: 20, length: 20s }\n", 0);

            await().untilAsserted(() -> assertThat(configsHeardBy(old).getLast()).satisfies(config -> {
                assertThat(config.packetsPerRound()).isEqualTo(20);
                assertThat(config.roundLength()).isEqualTo(Duration.ofSeconds(20));
            }));
            assertThat(settingsHeardBy(old)).isEmpty();
        }
    }

    @Test
    void what_an_agent_makes_of_them_is_in_the_list_of_agents() {
        put(TWENTY, 0);
        try (TestAgent agent = TestAgent.joinWithSettings(aggregator.port(), "one", 0)) {
            agent.await(Frame.Settings.class);
            assertThat(agent("one").getInteger("settingsVersion")).isZero();

            agent.send(new Frame.SettingsReply(1, true, "", List.of("probes.stamp")));
            await().until(() -> agent("one").getInteger("settingsVersion") == 1);
            assertThat(agent("one").getJsonArray("settingsPinned")).containsExactly("probes.stamp");
            assertThat(agent("one").containsKey("settingsRefused")).isFalse();

            agent.send(new Frame.SettingsReply(2, false, "line 1, column 1: no", List.of()));
            await().until(() -> agent("one").containsKey("settingsRefused"));
            assertThat(agent("one").getInteger("settingsVersion")).isEqualTo(1);
            assertThat(agent("one").getJsonObject("settingsRefused"))
                    .isEqualTo(new JsonObject().put("version", 2).put("reason", "line 1, column 1: no"));
            DOCUMENT.assertValid(aggregator.json("/api/v1/agents"), "AgentList");
        }
    }

    @Test
    void what_another_aggregator_stored_is_told_too() {
        try (TestAgent agent = TestAgent.joinWithSettings(aggregator.port(), "one", 0)) {
            store.settings().add(0, new StoredSettings.Draft(TWENTY, Instant.now(), "another aggregator"));

            assertThat(agent.await(Frame.Settings.class)).isEqualTo(new Frame.Settings(1, TWENTY));
        }
    }

    @Test
    void an_agent_that_has_newer_ones_is_not_thrown_back_before_the_database_was_asked() {
        put(TWENTY, 0);
        // Between two looks: stored by another aggregator, told to this agent by that one.
        store.settings().add(1, new StoredSettings.Draft("rounds:\n  packets: 30\n", Instant.now(), "another"));
        try (TestAgent agent = TestAgent.joinWithSettings(aggregator.port(), "one", 2)) {
            await().until(() -> !settingsHeardBy(agent).isEmpty());

            assertThat(settingsHeardBy(agent)).containsExactly(new Frame.Settings(2, "rounds:\n  packets: 30\n"));
        }
    }

    @Test
    void an_agent_whose_version_is_of_a_database_that_is_gone_is_told_what_is_in_force_now() {
        put(TWENTY, 0);
        try (TestAgent agent = TestAgent.joinWithSettings(aggregator.port(), "one", 70)) {
            assertThat(agent.await(Frame.Settings.class)).isEqualTo(new Frame.Settings(1, TWENTY));
        }
    }

    @Test
    void settings_are_in_force_again_after_a_restart() throws IOException {
        put(TWENTY, 0);
        aggregator.close();
        aggregator = RunningAggregator.over(store, dataDir);

        try (TestAgent agent = TestAgent.joinWithSettings(aggregator.port(), "one", 1)) {
            assertThat(agent.await(Frame.Settings.class)).isEqualTo(new Frame.Settings(1, TWENTY));
        }
    }

    private HttpResponse<String> put(String document, long after) {
        return aggregator.put(PATH + "?author=ops", document, "If-Match", "\"" + after + "\"");
    }

    private JsonObject agent(String name) {
        return aggregator.json("/api/v1/agents").getJsonArray("agents").stream().map(JsonObject.class::cast)
                .filter(agent -> agent.getString("name").equals(name)).findFirst().orElseThrow();
    }

    private static List<Frame.Settings> settingsHeardBy(TestAgent agent) {
        return heard(agent, Frame.Settings.class);
    }

    private static List<Frame.Config> configsHeardBy(TestAgent agent) {
        return heard(agent, Frame.Config.class);
    }

    private static <F extends Frame> List<F> heard(TestAgent agent, Class<F> kind) {
        return agent.received.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
