package io.sentinelmesh.aggregator.ingest;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.ingest.IngestGate.Verdict;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class IngestGateTest {

    private static final NodeId AGENT = NodeId.random();
    private static final UUID BOOT = UUID.randomUUID();

    private final BatchQueue queue = new BatchQueue(new BatchQueue.Bounds(20, 1_000));
    private final IngestGate gate = new IngestGate(queue);
    private final IngestGate.LinkOrder link = new IngestGate.LinkOrder();

    private static ReceivedBatch batch(UUID boot, long sequence) {
        return new ReceivedBatch(AGENT, boot, sequence, List.of(), List.of());
    }

    private Verdict offer(long sequence) {
        return gate.offer(link, batch(BOOT, sequence));
    }

    @Test
    void batches_go_in_by_their_sequence() {
        assertThat(offer(1)).isEqualTo(new Verdict.Accepted());
        assertThat(offer(2)).isEqualTo(new Verdict.Accepted());
        assertThat(offer(4)).isEqualTo(new Verdict.OutOfOrder(3));
        assertThat(queue.batches()).isEqualTo(2);
    }

    @Test
    void a_repeat_is_acknowledged_only_if_it_is_committed() {
        offer(1);
        assertThat(offer(1)).isEqualTo(new Verdict.Repeated(OptionalLong.empty()));

        gate.committed(batch(BOOT, 1));

        assertThat(offer(1)).isEqualTo(new Verdict.Repeated(OptionalLong.of(1)));
        assertThat(queue.batches()).isEqualTo(1);
    }

    @Test
    void a_new_link_may_begin_anywhere_but_lets_nothing_in_twice() {
        offer(1);
        offer(2);
        IngestGate.LinkOrder second = new IngestGate.LinkOrder();

        assertThat(gate.offer(second, batch(BOOT, 2))).isInstanceOf(Verdict.Repeated.class);
        assertThat(gate.offer(second, batch(BOOT, 3))).isEqualTo(new Verdict.Accepted());
        assertThat(gate.offer(new IngestGate.LinkOrder(), batch(BOOT, 9))).isEqualTo(new Verdict.Accepted());
    }

    @Test
    void what_the_store_has_already_is_not_queued() {
        gate.stored(AGENT, BOOT, 5);

        assertThat(offer(4)).isEqualTo(new Verdict.Repeated(OptionalLong.of(5)));
        assertThat(offer(5)).isEqualTo(new Verdict.Repeated(OptionalLong.of(5)));
        assertThat(offer(6)).isEqualTo(new Verdict.Accepted());
    }

    @Test
    void each_boot_has_a_sequence_of_its_own() {
        offer(1);
        offer(2);

        assertThat(gate.offer(link, batch(UUID.randomUUID(), 1))).isEqualTo(new Verdict.Accepted());
    }

    @Test
    void an_agent_that_ignores_its_credit_is_stopped() {
        for (int sequence = 1; sequence <= 8; sequence++) {
            assertThat(offer(sequence)).isEqualTo(new Verdict.Accepted());
        }
        assertThat(offer(9)).isInstanceOf(Verdict.Overloaded.class);

        gate.committed(batch(BOOT, 1));

        assertThat(offer(9)).isEqualTo(new Verdict.Accepted());
    }

    @Test
    void a_full_queue_takes_no_more() {
        for (int i = 0; i < 20; i++) {
            gate.offer(link, new ReceivedBatch(NodeId.random(), BOOT, 1, List.of(), List.of()));
        }

        assertThat(gate.offer(new IngestGate.LinkOrder(), batch(BOOT, 1))).isInstanceOf(Verdict.Overloaded.class);
    }

    @Test
    void what_found_no_room_is_still_due_first() {
        for (int i = 0; i < 20; i++) {
            gate.offer(new IngestGate.LinkOrder(), new ReceivedBatch(NodeId.random(), BOOT, 1, List.of(), List.of()));
        }
        assertThat(offer(5)).isInstanceOf(Verdict.Overloaded.class);

        queue.close();

        assertThat(offer(6)).isEqualTo(new Verdict.OutOfOrder(5));
    }

    @Test
    void boots_beyond_those_remembered_push_out_the_settled_ones_only() {
        offer(1);
        for (int i = 0; i < 20; i++) {
            gate.stored(AGENT, UUID.randomUUID(), 1);
        }

        assertThat(offer(1)).isInstanceOf(Verdict.Repeated.class);
    }
}
