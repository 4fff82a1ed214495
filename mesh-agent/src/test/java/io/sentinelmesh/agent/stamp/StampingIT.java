package io.sentinelmesh.agent.stamp;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.plan.TargetSlots;
import io.sentinelmesh.agent.round.RoundShape;
import io.sentinelmesh.agent.round.RoundSink;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StampingIT {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    /** The shortest there is, so that full rounds come soon. */
    private static final RoundShape SHAPE = new RoundShape(Duration.ofSeconds(1), 10, Duration.ofMillis(500));

    private final Rows rows = new Rows();

    @Test
    void a_round_has_a_packet_of_every_flow_and_only_finished_rounds_are_told() {
        try (Reflector reflector = Reflector.open(HERE, OptionalInt.empty());
                Stamping stamping = new Stamping(NodeId.random(), Optional.empty(), SHAPE, rows)) {
            MeshNode peer = peer(reflector.port());
            stamping.targets(assigned(peer), List.of(peer));

            PairResult full = await().atMost(Duration.ofSeconds(20)).until(
                    () -> rows.finished.stream().map(row -> row.results().getFirst())
                            .filter(result -> result.sent() == 16).findFirst(),
                    Optional::isPresent)
                    .orElseThrow();

            assertThat(full.destination()).isEqualTo(peer.id());
            assertThat(full.received()).isPositive();
            assertThat(rows.finished).extracting(MatrixRow::kind).containsOnly(ProbeKind.STAMP);
            assertThat(rows.live).isEmpty();
        }
    }

    @Test
    void a_peer_without_a_reflector_is_not_measured() {
        try (Reflector none = Reflector.open(HERE, OptionalInt.of(0));
                Stamping stamping = new Stamping(NodeId.random(), Optional.empty(), SHAPE, rows)) {
            MeshNode peer = peer(none.port());
            stamping.targets(assigned(peer), List.of(peer));
            stamping.check();

            assertThat(none.port()).isZero();
            assertThat(rows.finished).isEmpty();
        }
    }

    @Test
    void a_second_agent_at_the_same_address_takes_a_free_port_and_tells_it() {
        try (Reflector first = Reflector.open(HERE, OptionalInt.empty());
                Reflector second = Reflector.open(HERE, OptionalInt.empty())) {
            assertThat(first.port()).isPositive();
            assertThat(second.port()).isPositive().isNotEqualTo(first.port());
        }
    }

    private static MeshNode peer(int reflectorPort) {
        return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "lyon", "lyon", "127.0.0.1", reflectorPort);
    }

    private static TargetSlots.Assignment assigned(MeshNode peer) {
        return new TargetSlots(Clock.systemUTC()).assign(Map.of(peer.id(), HERE));
    }

    private static final class Rows implements RoundSink {

        private final Queue<MatrixRow> finished = new ConcurrentLinkedQueue<>();
        private final Queue<LiveRow> live = new ConcurrentLinkedQueue<>();

        @Override
        public void finished(MatrixRow row) {
            finished.add(row);
        }

        @Override
        public void live(LiveRow row) {
            live.add(row);
        }
    }
}
