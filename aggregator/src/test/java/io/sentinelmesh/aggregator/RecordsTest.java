package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The timeline, the batches that were given up, and clocks that are wrong, as seen from outside. */
class RecordsTest {

    private static final OpenApi DOCUMENT = OpenApi.ours();

    private RunningAggregator aggregator;
    private TestAgent one;
    private TestAgent two;

    @BeforeEach
    void start(@TempDir Path dataDir) throws IOException {
        aggregator = RunningAggregator.over(new FakeStore(), dataDir);
        one = TestAgent.join(aggregator.port(), "one");
        two = TestAgent.join(aggregator.port(), "two");
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        aggregator.close();
    }

    private List<String> typesOf(NodeId agent) {
        JsonObject page = aggregator.json("/api/v1/events?subject=" + agent);
        DOCUMENT.assertValid(page, "EventPage");
        return page.getJsonArray("events").stream().map(each -> ((JsonObject) each).getString("type")).toList();
    }

    @Test
    void that_an_agent_joined_and_was_lost_is_told() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(
                () -> assertThat(typesOf(one.node.id())).containsExactly("join"));

        one.vanish();

        await().atMost(Duration.ofSeconds(15)).untilAsserted(
                () -> assertThat(typesOf(one.node.id())).containsExactly("lost", "join"));
    }

    @Test
    void pages_of_events_follow_one_another() {
        NodeId subject = NodeId.random();
        Instant now = Instant.now();
        List<Event> events = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            events.add(new Event(now.minusSeconds(n), EventType.BACK, new Subject.Agent(subject),
                    Map.of("n", "" + n)));
        }
        aggregator.store.events.append(events);

        List<String> read = new ArrayList<>();
        String query = "/api/v1/events?limit=2&subject=" + subject;
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            JsonObject page = aggregator.json(query + cursor.get());
            page.getJsonArray("events")
                    .forEach(each -> read.add(((JsonObject) each).getJsonObject("details").getString("n")));
            cursor = Optional.ofNullable(page.getString("cursor")).map(next -> "&cursor=" + next);
        }

        assertThat(read).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void a_question_for_events_that_makes_no_sense_is_answered_with_how_to_ask() {
        Map<String, String> bad = Map.of("?type=explosion", "write one of", "?limit=0", "from 1 to 1000",
                "?subject=nobody", "site:NAME", "?subject=site:a%00b", "leave out control characters", "?cursor=%21",
                "from the answer before", "?since=1",
                "use from, to, type");
        bad.forEach((query, how) -> {
            assertThat(aggregator.get("/api/v1/events" + query).statusCode()).as(query).isEqualTo(400);
            assertThat(aggregator.get("/api/v1/events" + query).body()).contains(how);
        });
    }

    @Test
    void a_poison_batch_is_acknowledged_shown_refused_again_replayed_once_and_gone() {
        aggregator.store.refuses(batch -> batch.agent().equals(one.node.id()) && batch.rows().size() == 1);
        one.batch(1, two.node.id());
        for (int sequence = 1; sequence <= 8; sequence++) {
            two.batch(sequence, one.node.id());
            two.awaitAck(sequence);
        }
        one.awaitAck(1);

        JsonObject list = aggregator.json("/api/v1/dead-letters");
        DOCUMENT.assertValid(list, "DeadLetterList");
        JsonArray letters = list.getJsonArray("deadLetters");
        assertThat(letters).hasSize(1);
        assertThat(letters.getJsonObject(0).getInteger("results")).isEqualTo(1);
        assertThat(aggregator.store.sequencesOf(one.node.id())).isEmpty();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(typesOf(one.node.id())).contains("dead-letter"));

        String path = "/api/v1/dead-letters/" + letters.getJsonObject(0).getLong("id");
        assertThat(aggregator.post(path + "/replay", "").statusCode()).isEqualTo(409);
        aggregator.store.refuses(_ -> false);
        JsonObject replayed = new JsonObject(aggregator.post(path + "/replay", "").body());

        DOCUMENT.assertValid(replayed, "Replay");
        assertThat(replayed.getInteger("results")).isEqualTo(1);
        assertThat(aggregator.store.sequencesOf(one.node.id())).hasSize(1);
        assertThat(aggregator.post(path + "/replay", "").statusCode()).isEqualTo(404);
        assertThat(aggregator.delete(path).statusCode()).isEqualTo(404);
        assertThat(aggregator.json("/api/v1/dead-letters").getJsonArray("deadLetters")).isEmpty();
    }

    /** What the first agent sent is refused again and again while the other's is taken. Where it is then found. */
    private String becomesADeadLetter() {
        for (int sequence = 1; sequence <= 8; sequence++) {
            two.batch(sequence, one.node.id());
            two.awaitAck(sequence);
        }
        one.awaitAck(1);
        aggregator.store.refuses(_ -> false);
        return "/api/v1/dead-letters/"
                + aggregator.json("/api/v1/dead-letters").getJsonArray("deadLetters").getJsonObject(0).getLong("id");
    }

    @Test
    void a_dead_letter_whose_rounds_are_too_old_by_now_stays_until_they_are_kept_for_longer() {
        aggregator.store.refuses(batch -> batch.agent().equals(one.node.id()));
        one.batch(1, two.node.id());
        String path = becomesADeadLetter();

        aggregator.store.keepsNoRounds(true);
        for (int attempt = 1; attempt <= 2; attempt++) {
            HttpResponse<String> refused = aggregator.post(path + "/replay", "");
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("--retention-raw");
        }
        aggregator.store.keepsNoRounds(false);

        assertThat(new JsonObject(aggregator.post(path + "/replay", "").body()).getInteger("results")).isEqualTo(1);
        assertThat(aggregator.json("/api/v1/dead-letters").getJsonArray("deadLetters")).isEmpty();
    }

    @Test
    void a_dead_letter_that_is_too_old_stays_even_if_the_word_that_it_is_is_lost() {
        Instant longAgo = Instant.now().minus(Duration.ofDays(8));
        aggregator.store.refuses(batch -> batch.agent().equals(one.node.id()));
        one.send(new Frame.Batch(one.node.id(), one.boot, 1, Instant.now(), List.of(),
                List.of(new MatrixRow(one.node.id(), ProbeKind.ICMP_ECHO, longAgo, Duration.ofSeconds(10),
                        List.of(PairResult.of(two.node.id(), 10, 100)))),
                0));
        String path = becomesADeadLetter();
        aggregator.store.keepsNoRounds(true);
        aggregator.store.losesTheNextWord();

        for (int attempt = 1; attempt <= 2; attempt++) {
            assertThat(aggregator.post(path + "/replay", "").statusCode()).isEqualTo(409);
        }

        aggregator.store.keepsNoRounds(false);
        aggregator.store.reads.retention = Retention.DEFAULT.withRaw(Duration.ofDays(9));
        assertThat(new JsonObject(aggregator.post(path + "/replay", "").body()).getInteger("results")).isEqualTo(1);
    }

    @Test
    void a_dead_letter_of_a_wrong_clock_is_marked_as_such_when_it_is_sent_again() {
        Instant ahead = Instant.now().plus(Duration.ofHours(1));
        AgentHealth health = new AgentHealth(ahead, Duration.ofSeconds(10), ProberFigures.NONE, ProcessFigures.NONE,
                SpoolFigures.NONE, Optional.of(new ClockOffset(3_600_000_000L, 1_000)), HealthVerdict.WELL);
        aggregator.store.refuses(batch -> batch.agent().equals(one.node.id()));
        one.send(new Frame.Batch(one.node.id(), one.boot, 1, ahead, List.of(), List.of(), 0, Optional.of(health),
                List.of(new HostMetric("host_load", "", Map.of(), ahead, new MetricValue.Gauge(1)))));
        for (int sequence = 1; sequence <= 8; sequence++) {
            two.batch(sequence, one.node.id());
            two.awaitAck(sequence);
        }
        one.awaitAck(1);
        aggregator.store.refuses(_ -> false);
        long id = aggregator.json("/api/v1/dead-letters").getJsonArray("deadLetters").getJsonObject(0).getLong("id");

        assertThat(aggregator.post("/api/v1/dead-letters/" + id + "/replay", "").statusCode()).isEqualTo(200);

        assertThat(aggregator.store.batches().getLast().clockOffset()).isBetween(Duration.ofMinutes(59),
                Duration.ofMinutes(61));
    }

    @Test
    void an_agent_whose_clock_is_an_hour_ahead_is_taken_and_its_times_are_corrected_and_marked() {
        Instant ahead = Instant.now().plus(Duration.ofHours(1));
        AgentHealth health = new AgentHealth(ahead, Duration.ofSeconds(10), ProberFigures.NONE, ProcessFigures.NONE,
                SpoolFigures.NONE, Optional.of(new ClockOffset(3_600_000_000L, 1_000)), HealthVerdict.WELL);

        one.send(new Frame.Batch(one.node.id(), one.boot, 1, ahead, List.of(), List.of(), 0, Optional.of(health),
                List.of(new HostMetric("host_load", "", Map.of(), ahead, new MetricValue.Gauge(1)))));
        one.awaitAck(1);

        ReceivedBatch stored = aggregator.store.batches().getFirst();
        assertThat(stored.clockOffset()).isEqualTo(Duration.ofHours(1));
        assertThat(stored.metrics().getFirst().at()).isEqualTo(ahead.minus(Duration.ofHours(1)).truncatedTo(
                ChronoUnit.MICROS));
        await().atMost(Duration.ofSeconds(10)).untilAsserted(
                () -> assertThat(typesOf(one.node.id())).containsExactly("clock-wrong", "join"));
    }
}
