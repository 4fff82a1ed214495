package io.sentinelmesh.aggregator.past;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.FakeStore;
import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoredSettings;
import io.sentinelmesh.db.reads.UnanswerableException;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static io.sentinelmesh.measurement.ProbeKind.STAMP;
import static io.sentinelmesh.measurement.ProbeKind.TCP_CONNECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class PastMatricesTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:05Z");
    private static final Duration ROUND = Duration.ofSeconds(10);

    private final FakeStore store = new FakeStore();
    private final MeshNode one = agent("one");
    private final MeshNode two = agent("two");
    private long sequence;

    private static MeshNode agent(String name) {
        return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, "x", "192.0.2.1");
    }

    @BeforeEach
    void introduce() {
        for (MeshNode node : List.of(one, two)) {
            store.saveAgent(new AgentRecord(node, "1", "icmp", "", UUID.randomUUID(), AT, AT, false));
        }
    }

    private void measured(ProbeKind kind, Instant start, int sent, int... delays) {
        store.append(List.of(new ReceivedBatch(one.id(), UUID.randomUUID(), ++sequence, List.of(), List.of(
                new MatrixRow(one.id(), kind, start, ROUND, List.of(PairResult.of(two.id(), sent, delays)))))));
    }

    private PastMatrix read(Instant now) {
        return new PastMatrices(store, Clock.fixed(now, ZoneOffset.UTC)).read(AT, Optional.empty(), 10);
    }

    private static Cell only(PastMatrix matrix) {
        assertThat(matrix.cells().size()).isOne();
        return matrix.cells().cell(0);
    }

    @Test
    void the_kind_is_the_one_that_a_live_cell_would_show() {
        measured(STAMP, AT.minusSeconds(5), 10, 1, 2, 3);
        measured(TCP_CONNECT, AT.minusSeconds(5), 10, 1, 2);
        assertThat(only(read(AT)).kind()).isEqualTo(TCP_CONNECT);

        measured(ICMP_ECHO, AT.minusSeconds(5), 10, 7);
        assertThat(only(read(AT)).kind()).isEqualTo(ICMP_ECHO);
        assertThat(only(new PastMatrices(store, Clock.fixed(AT, ZoneOffset.UTC)).read(AT, Optional.of(STAMP), 10))
                .kind()).isEqualTo(STAMP);
    }

    @Test
    void a_round_is_found_however_long_it_was_by_the_settings_of_then() {
        Instant began = AT.minusSeconds(250);
        store.append(
                List.of(new ReceivedBatch(one.id(), UUID.randomUUID(), ++sequence, List.of(), List.of(new MatrixRow(
                        one.id(), ICMP_ECHO, began, Duration.ofMinutes(5), List.of(PairResult.of(two.id(), 10, 7)))))));
        assertThat(read(AT).cells().size()).as("nobody could make such rounds").isZero();
        settings("overrides: [{agents: {site: x}, rounds: {length: 5m}}]", AT.minus(Duration.ofDays(3)));
        settings("rounds: {length: 10s}", AT.minusSeconds(30));
        settings("rounds: {length: 20s}", AT.plusSeconds(1));

        assertThat(only(read(AT)).figures().sent()).isEqualTo(10);
    }

    private void settings(String document, Instant at) {
        store.settings().add(store.settings().newestVersion(), new StoredSettings.Draft(document, at, "somebody"));
    }

    @Test
    void one_matrix_is_read_at_a_time_and_who_waits_too_long_is_told() throws Exception {
        PastMatrices matrices = new PastMatrices(store, Clock.fixed(AT, ZoneOffset.UTC), Duration.ofMillis(50));
        Thread other = new Thread(() -> matrices.read(AT, Optional.empty(), 10));
        // Who has this, has the store for himself.
        synchronized (store) {
            other.start();
            await().atMost(Duration.ofSeconds(10)).until(() -> other.getState() == Thread.State.BLOCKED);

            assertThatThrownBy(() -> matrices.read(AT, Optional.empty(), 10)).isInstanceOf(StoreException.class)
                    .hasMessageContaining("another past matrix");
        }
        other.join();
        assertThat(matrices.read(AT, Optional.empty(), 10).cells().size()).isZero();
    }

    @Test
    void of_a_round_that_is_there_twice_the_newer_counts() {
        measured(ICMP_ECHO, AT.minusSeconds(5), 10, 7);
        measured(ICMP_ECHO, AT.minusSeconds(2), 3, 9);

        assertThat(only(read(AT)).figures().sent()).isEqualTo(3);
    }

    @Test
    void what_was_usual_is_the_median_of_the_hour_before() {
        for (int i = 0; i < 3; i++) {
            measured(ICMP_ECHO, AT.minusSeconds(3_605 - 10L * i), 10, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99);
        }
        measured(ICMP_ECHO, AT.minusSeconds(5), 2, 9_000, 9_000);

        assertThat(only(read(AT)).baselineMicros()).hasValue(99);
        assertThat(only(read(AT)).state()).isEqualTo(CellState.DEGRADED);
    }

    @Test
    void two_rounds_are_too_few_to_call_anything_usual() {
        for (int i = 0; i < 2; i++) {
            measured(ICMP_ECHO, AT.minusSeconds(3_605 - 10L * i), 10, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99);
        }
        measured(ICMP_ECHO, AT.minusSeconds(5), 2, 9_000, 9_000);

        assertThat(only(read(AT)).baselineMicros()).isEmpty();
        assertThat(only(read(AT)).state()).isEqualTo(CellState.OK);
    }

    @Test
    void where_rounds_are_kept_no_more_a_minute_is_shown() {
        measured(ICMP_ECHO, AT.minusSeconds(5), 10, 7);
        measured(ICMP_ECHO, AT.plusSeconds(5), 10, 9);

        PastMatrix matrix = read(AT.plus(Retention.DEFAULT.raw()).plusSeconds(1));
        assertThat(matrix.period()).isEqualTo(Duration.ofMinutes(1));
        assertThat(only(matrix).figures().sent()).isEqualTo(20);
        assertThat(only(matrix).at()).isEqualTo(AT.minusSeconds(5));
        assertThat(read(AT.plus(Retention.DEFAULT.raw())).period()).isEqualTo(Duration.ZERO);
        assertThat(read(AT.plus(Retention.DEFAULT.minutes()).plusSeconds(1)).period()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void more_cells_than_wanted_are_refused() {
        measured(ICMP_ECHO, AT.minusSeconds(5), 10, 7);

        assertThatThrownBy(() -> new PastMatrices(store, Clock.fixed(AT, ZoneOffset.UTC)).read(AT, Optional.empty(), 0))
                .isInstanceOf(UnanswerableException.class).hasMessageContaining("more than 0 cells");
    }

    @Test
    void a_table_of_pairs_finds_what_was_entered_and_nothing_else() {
        Random random = new Random(1);
        PairTable table = new PairTable();
        Map<Long, Integer> truth = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int source = random.nextInt(300);
            int destination = random.nextInt(300);
            int cell = truth.computeIfAbsent(source * 1_000L + destination, _ -> truth.size());
            assertThat(table.enter(source, destination)).isEqualTo(cell);
        }
        assertThat(table.size()).isEqualTo(truth.size());
        for (int source = 0; source < 301; source++) {
            for (int destination = 0; destination < 300; destination++) {
                assertThat(table.find(source, destination))
                        .isEqualTo(truth.getOrDefault(source * 1_000L + destination, -1));
            }
        }
    }
}
