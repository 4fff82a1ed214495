package io.sentinelmesh.aggregator.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.FakeStore;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.db.DeadLetter;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.event.Event;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StoreWriterTest {

    private static final NodeId ONE = NodeId.random();
    private static final NodeId TWO = NodeId.random();
    private static final UUID BOOT = UUID.randomUUID();

    private final FakeStore store = new FakeStore();
    private final BatchQueue queue = new BatchQueue(BatchQueue.Bounds.DEFAULT);
    private final List<ReceivedBatch> settled = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final MetricRegistry registry = new MetricRegistry();
    private final StoreWriter writer = new StoreWriter(queue, store, settled::addAll,
            new IngestMetrics(registry, queue),
            new DeadLetters(store, events::add, registry, Clock.systemUTC()), Duration.ofMillis(5));
    private final Thread thread = Thread.ofVirtual().unstarted(writer);

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void stop() {
        writer.abandon();
        queue.close();
        thread.interrupt();
    }

    private static ReceivedBatch batch(NodeId agent, long sequence) {
        return new ReceivedBatch(agent, BOOT, sequence, List.of(), List.of());
    }

    private void awaitSettled(int batches) {
        await().atMost(Duration.ofSeconds(5)).until(() -> settled.size() >= batches);
    }

    @Test
    void what_comes_together_is_committed_together() {
        for (int sequence = 1; sequence <= 50; sequence++) {
            queue.offer(batch(ONE, sequence));
        }

        awaitSettled(50);
        assertThat(store.appends()).isLessThan(10);
        assertThat(store.sequencesOf(ONE)).isSorted().hasSize(50);
    }

    @Test
    void nothing_is_settled_while_the_database_is_away_and_all_of_it_afterwards() {
        store.goesAway("connection refused");
        queue.offer(batch(ONE, 1));
        queue.offer(batch(ONE, 2));
        await().until(() -> store.appends() >= 3);
        assertThat(settled).isEmpty();
        assertThat(writer.trouble()).isPresent();

        store.comesBack();

        awaitSettled(2);
        assertThat(store.sequencesOf(ONE)).containsExactly(1L, 2L);
        await().untilAsserted(() -> assertThat(writer.trouble()).isEmpty());
    }

    @Test
    void a_batch_refused_for_its_content_does_not_hold_up_other_agents() {
        store.refuses(batch -> batch.agent().equals(ONE) && batch.sequence() == 1);
        queue.offer(batch(ONE, 1));
        queue.offer(batch(TWO, 1));

        await().atMost(Duration.ofSeconds(5)).until(() -> settled.contains(batch(TWO, 1)));
    }

    @Test
    void a_batch_refused_again_and_again_beside_others_is_given_up_and_settled() {
        store.refuses(batch -> batch.agent().equals(ONE) && batch.sequence() == 1);
        queue.offer(batch(ONE, 1));
        queue.offer(batch(ONE, 2));
        for (int sequence = 1; sequence <= 10; sequence++) {
            int due = sequence;
            queue.offer(batch(TWO, sequence));
            await().atMost(Duration.ofSeconds(5)).until(() -> store.sequencesOf(TWO).size() >= due);
        }

        await().atMost(Duration.ofSeconds(5)).until(() -> settled.contains(batch(ONE, 2)));
        assertThat(registry.exposition()).contains("sentinel_batches_total{outcome=\"given_up\"} 1\n");
        assertThat(store.sequencesOf(ONE)).containsExactly(2L);
    }

    @Test
    void a_batch_that_is_given_up_becomes_a_dead_letter_with_the_databases_words_and_an_event() {
        giveUpTheFirstOf(ONE);

        DeadLetter letter = store.deadLetters().list().getFirst();
        assertThat(letter.agent()).isEqualTo(ONE);
        assertThat(letter.sequence()).isEqualTo(1);
        assertThat(letter.reason()).contains("does not fit its column");
        assertThat(events).extracting(Event::type).containsExactly(EventType.DEAD_LETTER);
        assertThat(registry.exposition()).contains("sentinel_dead_letters_total{outcome=\"kept\"} 1\n");
    }

    @Test
    void a_batch_that_cannot_even_be_kept_as_a_dead_letter_is_not_acknowledged() {
        store.keepsNoDeadLetters(true);
        store.refuses(batch -> batch.agent().equals(ONE));
        queue.offer(batch(ONE, 1));
        feed(TWO, 12);
        assertThat(settled).doesNotContain(batch(ONE, 1));

        store.keepsNoDeadLetters(false);
        feed(NodeId.random(), 6);

        await().atMost(Duration.ofSeconds(5)).until(() -> settled.contains(batch(ONE, 1)));
        assertThat(store.deadLetters().list()).hasSize(1);
    }

    private void giveUpTheFirstOf(NodeId agent) {
        store.refuses(batch -> batch.agent().equals(agent) && batch.sequence() == 1);
        queue.offer(batch(agent, 1));
        feed(TWO, 10);
        await().atMost(Duration.ofSeconds(5)).until(() -> settled.contains(batch(agent, 1)));
    }

    /** One after another: each that is taken beside a refused one is a proof against that. */
    private void feed(NodeId agent, int batches) {
        for (int sequence = 1; sequence <= batches; sequence++) {
            int due = sequence;
            queue.offer(batch(agent, sequence));
            await().atMost(Duration.ofSeconds(5)).until(() -> store.sequencesOf(agent).size() >= due);
        }
    }

    @Test
    void a_database_that_refuses_everything_is_no_proof_against_any_batch() {
        store.refuses(_ -> true);
        queue.offer(batch(ONE, 1));
        queue.offer(batch(TWO, 1));
        await().atMost(Duration.ofSeconds(5)).until(() -> store.appends() >= 15);
        assertThat(settled).isEmpty();

        store.refuses(_ -> false);

        awaitSettled(2);
        assertThat(registry.exposition()).contains("sentinel_batches_total{outcome=\"given_up\"} 0\n");
    }

    @Test
    void while_nothing_is_taken_no_more_comes_out_of_the_queue_than_two_groups_hold() {
        store.refuses(_ -> true);
        int each = StoreWriter.GROUP.results() / 2;
        MatrixRow row = new MatrixRow(ONE, ICMP_ECHO, Instant.EPOCH, Duration.ofSeconds(10),
                Collections.nCopies(1_000, PairResult.of(TWO, 1)));
        List<MatrixRow> rows = Collections.nCopies(each / 1_000, row);
        for (int agent = 0; agent < 10; agent++) {
            queue.offer(new ReceivedBatch(NodeId.random(), BOOT, 1, List.of(), rows));
        }

        await().atMost(Duration.ofSeconds(5)).until(() -> store.appends() >= 15);

        assertThat(queue.batches()).isEqualTo(6);
    }

    @Test
    void nothing_after_a_refused_batch_of_the_same_boot_is_stored_before_it() {
        store.refuses(batch -> batch.agent().equals(ONE) && batch.sequence() == 1);
        queue.offer(batch(ONE, 1));
        queue.offer(batch(ONE, 2));
        queue.offer(batch(TWO, 1));
        await().atMost(Duration.ofSeconds(5)).until(() -> settled.contains(batch(TWO, 1)));
        assertThat(settled).doesNotContain(batch(ONE, 1), batch(ONE, 2));

        store.refuses(_ -> false);

        awaitSettled(3);
        assertThat(store.sequencesOf(ONE)).containsExactly(1L, 2L);
        assertThat(settled).containsExactly(batch(TWO, 1), batch(ONE, 1), batch(ONE, 2));
    }

    @Test
    void an_error_does_not_end_the_only_writer_and_loses_nothing() {
        store.breaks(new OutOfMemoryError("made by the test"));
        queue.offer(batch(ONE, 1));
        queue.offer(batch(ONE, 2));
        await().untilAsserted(() -> assertThat(writer.trouble()).hasValueSatisfying(
                trouble -> assertThat(trouble).contains("made by the test")));

        store.mends();

        awaitSettled(2);
        assertThat(store.sequencesOf(ONE)).containsExactly(1L, 2L);
        await().untilAsserted(() -> assertThat(writer.trouble()).isEmpty());
    }

    @Test
    void a_writer_that_has_ended_says_so() throws InterruptedException {
        thread.interrupt();
        thread.join();

        assertThat(writer.trouble()).hasValueSatisfying(trouble -> assertThat(trouble).contains("restart the"));
    }

    @Test
    void what_is_queued_is_still_written_when_the_queue_is_closed() throws InterruptedException {
        store.goesAway("restarting");
        queue.offer(batch(ONE, 1));
        await().until(() -> store.appends() >= 1);
        queue.offer(batch(ONE, 2));
        queue.close();
        store.comesBack();

        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
        assertThat(store.sequencesOf(ONE)).containsExactly(1L, 2L);
    }
}
