package io.sentinelmesh.db;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

/** What every store does with batches that were given up. */
public abstract class DeadLetterStoreContract {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final NodeId agent = NodeId.random();
    private final UUID boot = UUID.randomUUID();

    protected abstract MeasurementStore store();

    @AfterEach
    void tidyUp() {
        letters().list().forEach(letter -> letters().delete(letter.id()));
    }

    private DeadLetterStore letters() {
        return store().deadLetters();
    }

    @Test
    void a_letter_is_read_back_and_deleted() {
        byte[] content = {1, 0, -1};

        assertThat(letters().add(batch(3), "no\0t " + "x".repeat(2_000), NOW, 17, content)).isZero();

        DeadLetter letter = letters().list().getFirst();
        assertThat(letter.agent()).isEqualTo(agent);
        assertThat(letter.boot()).isEqualTo(boot);
        assertThat(letter.sequence()).isEqualTo(3);
        assertThat(letter.time()).isEqualTo(NOW);
        assertThat(letter.results()).isEqualTo(17);
        assertThat(letter.bytes()).isEqualTo(3);
        assertThat(letter.reason()).hasSize(DeadLetterStore.MOST_REASON_LENGTH).startsWith("no");
        assertThat(letters().content(letter.id())).hasValueSatisfying(kept -> {
            assertThat(kept.frame()).isEqualTo(content);
            assertThat(kept.clockOffset()).isZero();
            assertThat(kept.vain()).isZero();
        });
        assertThat(letters().delete(letter.id())).isTrue();
        assertThat(letters().delete(letter.id())).isFalse();
        assertThat(letters().content(letter.id())).isEmpty();
    }

    @Test
    void what_was_taken_out_of_its_times_and_how_often_it_was_sent_in_vain_is_kept_with_it() {
        Duration ahead = Duration.ofHours(-1).plusNanos(1_000);
        letters().add(new ReceivedBatch(agent, boot, 3, List.of(), List.of(), List.of(), List.of(), ahead), "refused",
                NOW, 0,
                new byte[1]);
        long id = letters().list().getFirst().id();

        letters().sentInVain(id);
        letters().sentInVain(id);

        assertThat(letters().content(id)).hasValueSatisfying(kept -> {
            assertThat(kept.clockOffset()).isEqualTo(ahead);
            assertThat(kept.vain()).isEqualTo(2);
        });
    }

    @Test
    void a_batch_that_was_given_up_need_not_come_again_and_is_kept_once() {
        letters().add(batch(3), "refused", NOW, 0, new byte[1]);
        letters().add(batch(3), "refused", NOW, 0, new byte[1]);

        assertThat(letters().list()).hasSize(1);
        assertThat(store().lastSequence(agent, boot)).isEqualTo(3);
        assertThat(store().append(List.of(batch(3))).repeated()).isEqualTo(1);
        assertThat(store().append(List.of(batch(4))).stored()).isEqualTo(1);
    }

    @Test
    void beyond_the_most_bytes_the_oldest_are_dropped_and_counted() {
        byte[] quarter = new byte[(int) (DeadLetterStore.MOST_BYTES / 4)];
        for (int n = 1; n <= 4; n++) {
            assertThat(letters().add(batch(n), "refused", NOW, 0, quarter)).isZero();
        }

        assertThat(letters().add(batch(5), "refused", NOW, 0, new byte[1])).isOne();

        assertThat(letters().list()).extracting(DeadLetter::sequence).containsExactly(5L, 4L, 3L, 2L);
    }

    private ReceivedBatch batch(long sequence) {
        return new ReceivedBatch(agent, boot, sequence, List.of(), List.of());
    }
}
