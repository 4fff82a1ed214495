package io.sentinelmesh.aggregator.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class IsolationTest {

    private static final UUID BOOT = UUID.randomUUID();

    private final NodeId bad = NodeId.random();
    private final NodeId good = NodeId.random();

    private static ReceivedBatch batch(NodeId agent, long sequence) {
        return new ReceivedBatch(agent, BOOT, sequence, List.of(), List.of());
    }

    @Test
    void while_no_dead_letter_can_be_kept_nothing_is_remembered_of_what_was_settled() {
        Isolation isolation = new Isolation(batch -> batch.agent().equals(good), () -> false, (_, _) -> false);
        List<ReceivedBatch> inHand = List.of(batch(bad, 1), batch(bad, 2));

        for (int sequence = 1; sequence <= 10_000; sequence++) {
            List<ReceivedBatch> group = new ArrayList<>(inHand);
            group.add(batch(good, sequence));
            Isolation.Outcome outcome = isolation.pass(group);
            assertThat(outcome.settled()).containsExactly(batch(good, sequence));
            inHand = outcome.remaining();
        }

        assertThat(inHand).containsExactly(batch(bad, 1), batch(bad, 2));
        assertThat(isolation.remembered()).as("the refused one").isEqualTo(1);
    }

    @Test
    void what_was_given_up_is_settled_together_with_what_waited_behind_it() {
        Isolation isolation = new Isolation(batch -> batch.agent().equals(good) || batch.sequence() > 1, () -> false,
                (_, _) -> true);
        List<ReceivedBatch> inHand = List.of(batch(bad, 1), batch(bad, 2));
        List<ReceivedBatch> settled = new ArrayList<>();

        for (int sequence = 1; sequence <= Isolation.MOST_TRIES + 1; sequence++) {
            List<ReceivedBatch> group = new ArrayList<>(inHand);
            group.add(batch(good, sequence));
            Isolation.Outcome outcome = isolation.pass(group);
            settled.addAll(outcome.settled());
            inHand = outcome.remaining();
        }

        assertThat(settled).containsSubsequence(batch(bad, 1), batch(bad, 2));
        assertThat(inHand).isEmpty();
        assertThat(isolation.remembered()).isZero();
    }
}
