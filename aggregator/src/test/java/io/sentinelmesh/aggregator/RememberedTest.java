package io.sentinelmesh.aggregator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.MeasurementStore.PairMedian;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What the store remembers of former times. */
class RememberedTest {

    @TempDir
    Path dataDir;

    @Test
    void what_was_usual_is_asked_for_while_the_aggregator_serves_and_reaches_cells_that_came_before_it()
            throws IOException {
        FakeStore store = new FakeStore();
        store.mediansTakeLong();
        try (RunningAggregator aggregator = RunningAggregator.over(store, dataDir);
                TestAgent one = TestAgent.join(aggregator.port(), "one");
                TestAgent two = TestAgent.join(aggregator.port(), "two")) {
            one.live(TestAgent.answered(two.node.id()));
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> aggregator.json("/api/v1/matrix").getJsonArray("cells").size() == 1);

            store.remembers(new PairMedian(one.node.id(), two.node.id(), ProbeKind.ICMP_ECHO, 77, 10));
            store.remembers(new PairMedian(one.node.id(), two.node.id(), ProbeKind.STAMP, 99, 10));
            store.remembers(new PairMedian(one.node.id(), NodeId.random(), ProbeKind.ICMP_ECHO, 55, 10));
            store.mediansAreRead();

            await().atMost(Duration.ofSeconds(5)).until(() -> {
                JsonObject cell = aggregator.json("/api/v1/matrix").getJsonArray("cells").getJsonObject(0);
                return cell.getInteger("baselineMicros", 0) == 77;
            });
        }
    }

    @Test
    void an_answer_says_how_long_its_steps_are_where_only_minutes_go_back_so_far() throws IOException {
        FakeStore store = new FakeStore();
        store.keepsOnly(Duration.ofMinutes(1));
        try (RunningAggregator aggregator = RunningAggregator.over(store, dataDir);
                TestAgent one = TestAgent.join(aggregator.port(), "one");
                TestAgent two = TestAgent.join(aggregator.port(), "two")) {
            JsonObject history = aggregator
                    .json("/api/v1/pairs/" + one.node.id() + "/" + two.node.id() + "/history?step=10");

            assertThat(history.getInteger("stepSeconds")).isEqualTo(60);
        }
    }
}
