package io.sentinelmesh.agent.link;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.health.MetricOutbox;
import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.MetricValue.Gauge;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;

import static org.assertj.core.api.Assertions.assertThat;

class RoundBufferTest {

    private static final NodeId SELF = NodeId.random();
    private static final NodeId PEER = NodeId.random();
    private static final UUID BOOT = UUID.randomUUID();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final RoundBuffer buffer = new RoundBuffer(SELF, BOOT, List.of(), 10);

    @Test
    void batches_are_numbered_from_one_without_gaps_and_hold_a_backlog_of_several_rounds() {
        rounds(8);

        Frame.Batch first = buffer.next(4, NOW).orElseThrow();
        Frame.Batch second = buffer.next(4, NOW).orElseThrow();

        assertThat(first.sequence()).isEqualTo(1);
        assertThat(first.rows()).hasSize(RoundBuffer.MAX_ROWS_PER_BATCH);
        assertThat(second.sequence()).isEqualTo(2);
        assertThat(second.rows()).hasSize(2);
        assertThat(buffer.next(4, NOW)).isEmpty();
    }

    @Test
    void each_batch_tells_once_what_the_agent_says_of_itself() {
        MetricOutbox figures = new MetricOutbox();
        AgentHealth health = new AgentHealth(NOW, Duration.ofSeconds(10), ProberFigures.NONE, ProcessFigures.NONE,
                SpoolFigures.NONE, Optional.empty(), HealthVerdict.WELL);
        RoundBuffer telling = new RoundBuffer(SELF, BOOT, List.of(), 10,
                () -> new SelfReport(Optional.of(health), figures.take()));
        figures.add(List.of(new HostMetric("host_uptime_seconds", "seconds", Map.of(), NOW, new Gauge(1))));
        for (int i = 0; i < 8; i++) {
            telling.add(row(i, PEER));
        }

        Frame.Batch first = telling.next(4, NOW).orElseThrow();
        Frame.Batch second = telling.next(4, NOW).orElseThrow();

        assertThat(first.metrics()).hasSize(1);
        assertThat(second.metrics()).isEmpty();
        assertThat(second.health()).contains(health);
        assertThat(telling.unacknowledged()).containsExactly(first, second);
    }

    @Test
    void what_waits_and_what_was_dropped_is_told_in_results() {
        rounds(12);
        buffer.next(4, NOW);

        assertThat(buffer.waitingResults()).isEqualTo(10);
        assertThat(buffer.droppedResults()).isEqualTo(2);
    }

    @Test
    void without_credit_nothing_is_sealed() {
        rounds(1);
        buffer.next(1, NOW);
        rounds(1);

        assertThat(buffer.next(1, NOW)).isEmpty();
        buffer.acknowledge(BOOT, 1);
        assertThat(buffer.next(1, NOW)).isPresent();
    }

    @Test
    void an_unacknowledged_batch_is_sent_again_as_it_was() {
        rounds(1);
        Frame.Batch sent = buffer.next(4, NOW).orElseThrow();
        rounds(1);

        assertThat(buffer.unacknowledged()).containsExactly(sent);
    }

    @Test
    void an_acknowledgement_covers_all_batches_before_it() {
        rounds(20);
        buffer.next(4, NOW);
        buffer.next(4, NOW);

        buffer.acknowledge(BOOT, 2);

        assertThat(buffer.unacknowledged()).isEmpty();
    }

    @Test
    void an_acknowledgement_of_another_boot_says_nothing() {
        rounds(1);
        buffer.next(4, NOW);

        buffer.acknowledge(UUID.randomUUID(), 1);

        assertThat(buffer.unacknowledged()).hasSize(1);
    }

    @Test
    void a_full_buffer_drops_the_oldest_waiting_rounds_and_counts_them() {
        rounds(1);
        buffer.next(4, NOW);
        rounds(13);

        assertThat(buffer.balance()).isEqualTo(new RoundBuffer.Balance(14, 0, 10, 1, 3));
        Frame.Batch next = buffer.next(4, NOW).orElseThrow();
        assertThat(next.sequence()).isEqualTo(2);
        assertThat(next.roundsDropped()).isEqualTo(3);
        assertThat(next.rows().getFirst().roundStart()).isEqualTo(NOW.plusSeconds(4 * 10));
    }

    @Test
    void the_balance_holds_whatever_happens() {
        for (int i = 0; i < 100; i++) {
            rounds(i % 7);
            buffer.next(2, NOW);
            if (i % 5 == 0) {
                buffer.unacknowledged()
                        .stream()
                        .findFirst()
                        .ifPresent(batch -> buffer.acknowledge(BOOT, batch.sequence()));
            }
            RoundBuffer.Balance b = buffer.balance();

            assertThat(b.made()).isEqualTo(b.acknowledged() + b.waiting() + b.underWay() + b.dropped());
        }
    }

    @Test
    void a_batch_describes_the_endpoints_it_measured_and_no_others() {
        MeshNode web = endpoint("web");
        MeshNode dns = endpoint("dns");
        RoundBuffer withEndpoints = new RoundBuffer(SELF, BOOT, List.of(web, dns), 10);
        withEndpoints.add(row(0, dns.id()));

        assertThat(withEndpoints.next(1, NOW).orElseThrow().endpoints()).containsExactly(dns);
    }

    private static MeshNode endpoint(String name) {
        return new MeshNode(NodeId.ofEndpoint(name, "192.0.2.80"), MeshNode.Role.ENDPOINT, name, "hq", "192.0.2.80");
    }

    private int made;

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            buffer.add(row(made++, PEER));
        }
    }

    private static MatrixRow row(int number, NodeId destination) {
        return new MatrixRow(SELF, ProbeKind.ICMP_ECHO, NOW.plusSeconds(10L * number), Duration.ofSeconds(10),
                List.of(PairResult.of(destination, 1, 100)));
    }
}
