package io.sentinelmesh.agent.plan;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.probe.ProbeTarget;

import static org.assertj.core.api.Assertions.assertThat;

class TargetSlotsTest {

    private static final NodeId A = NodeId.random();
    private static final NodeId B = NodeId.random();
    private static final NodeId C = NodeId.random();
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("192.0.2.2");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final TargetSlots slots = new TargetSlots(() -> now);

    @Test
    void a_destination_keeps_its_index_while_others_come_and_go() {
        slots.assign(of(A, ONE, B, TWO));

        assertThat(slots.assign(of(B, TWO)).targets()).containsExactly(new ProbeTarget(1, TWO));
        assertThat(slots.assign(of(B, TWO, C, ONE)).targets()).containsExactly(new ProbeTarget(1, TWO),
                new ProbeTarget(2, ONE));
    }

    @Test
    void an_index_is_given_away_only_when_no_packet_can_be_under_way() {
        slots.assign(of(A, ONE));
        slots.assign(of());
        now = now.plus(TargetSlots.QUARANTINE).plusSeconds(1);

        TargetSlots.Assignment reused = slots.assign(of(B, TWO));

        assertThat(reused.targets()).containsExactly(new ProbeTarget(0, TWO));
        assertThat(reused.destinationByIndex()).containsExactly(B);
    }

    @Test
    void a_destination_in_quarantine_still_stands_for_its_index() {
        slots.assign(of(A, ONE));

        TargetSlots.Assignment after = slots.assign(of(B, TWO));

        assertThat(after.destinationByIndex()).containsExactly(A, B);
        assertThat(after.targets()).containsExactly(new ProbeTarget(1, TWO));
    }

    @Test
    void a_destination_that_moved_to_another_address_gets_another_index() {
        slots.assign(of(A, ONE));

        assertThat(slots.assign(of(A, TWO)).targets()).containsExactly(new ProbeTarget(1, TWO));
    }

    @Test
    void an_engine_gets_its_own_targets_at_their_intervals_and_everybodys_indices() {
        TargetSlots.Assignment all = slots.assign(of(A, ONE, B, TWO));

        TargetSlots.Assignment some = all.only(Map.of(B, Optional.of(Duration.ofSeconds(5)), C, Optional.empty()));

        assertThat(some.targets()).containsExactly(new ProbeTarget(1, TWO, Optional.of(Duration.ofSeconds(5))));
        assertThat(some.destinationByIndex()).containsExactly(A, B);
    }

    private static Map<NodeId, InetAddress> of(Object... nodesAndAddresses) {
        Map<NodeId, InetAddress> map = new LinkedHashMap<>();
        for (int i = 0; i < nodesAndAddresses.length; i += 2) {
            map.put((NodeId) nodesAndAddresses[i], (InetAddress) nodesAndAddresses[i + 1]);
        }
        return map;
    }
}
