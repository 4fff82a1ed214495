package io.sentinelmesh.aggregator.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

import static org.assertj.core.api.Assertions.assertThat;

class BatchQueueTest {

    private static final NodeId GREEDY = NodeId.random();
    private static final NodeId OTHER = NodeId.random();
    private static final UUID BOOT = UUID.randomUUID();
    private static final List<PairResult> RESULTS = IntStream.range(0, 100)
            .mapToObj(n -> PairResult.of(NodeId.random(), 1, 10)).toList();

    private static ReceivedBatch batch(NodeId agent, long sequence) {
        return new ReceivedBatch(agent, BOOT, sequence, List.of(), List.of(new MatrixRow(agent, ProbeKind.ICMP_ECHO,
                Instant.EPOCH, Duration.ofSeconds(10), RESULTS)));
    }

    private static List<ReceivedBatch> take(BatchQueue queue, int batches) throws InterruptedException {
        return queue.take(Duration.ZERO, Duration.ZERO, new BatchQueue.Bounds(batches, 1_000_000));
    }

    @Test
    void one_with_a_huge_backlog_delays_another_by_one_batch() throws InterruptedException {
        BatchQueue queue = new BatchQueue(BatchQueue.Bounds.DEFAULT);
        for (int sequence = 1; sequence <= 1_000; sequence++) {
            queue.offer(batch(GREEDY, sequence));
        }
        queue.offer(batch(OTHER, 1));
        queue.offer(batch(OTHER, 2));

        assertThat(take(queue, 4)).containsExactly(batch(GREEDY, 1), batch(OTHER, 1), batch(GREEDY, 2),
                batch(OTHER, 2));
    }

    @Test
    void whatever_comes_and_goes_each_agents_order_is_kept_and_nothing_is_lost_or_miscounted()
            throws InterruptedException {
        Random random = new Random(11);
        BatchQueue queue = new BatchQueue(new BatchQueue.Bounds(50, 4_000));
        List<NodeId> agents = IntStream.range(0, 5).mapToObj(_ -> NodeId.random()).toList();
        long[] offered = new long[agents.size()];
        List<ReceivedBatch> taken = new ArrayList<>();
        for (int turn = 0; turn < 2_000; turn++) {
            int who = random.nextInt(agents.size());
            if (queue.offer(batch(agents.get(who), offered[who] + 1))) {
                offered[who]++;
            }
            if (random.nextInt(4) == 0) {
                taken.addAll(take(queue, 1 + random.nextInt(6)));
            }
            assertThat(queue.fill()).isLessThanOrEqualTo(1.0);
        }
        taken.addAll(take(queue, 1_000));

        assertThat(queue.batches()).isZero();
        assertThat(queue.fill()).isZero();
        for (int who = 0; who < agents.size(); who++) {
            NodeId agent = agents.get(who);
            assertThat(taken.stream().filter(each -> each.agent().equals(agent)).map(ReceivedBatch::sequence))
                    .isSorted().hasSize((int) offered[who]).doesNotHaveDuplicates();
        }
    }
}
