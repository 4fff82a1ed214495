package io.sentinelmesh.agent.plan;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.plan.MeshPolicy.KindPace;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.probe.ProbeTarget;

import static org.assertj.core.api.Assertions.assertThat;

class PlannedTargetsTest {

    private static final MeshNode BOTH = Meshes.agent("both", 0);
    private static final MeshNode TCP_ONLY = Meshes.agent("tcp", 0);
    private static final MeshNode ECHO_ONLY = Meshes.agent("echo", 0);
    private static final AgentPlan PLAN = new AgentPlan(List.of(
            planned(BOTH, PlannedKind.ICMP, PlannedKind.TCP, PlannedKind.STAMP), planned(TCP_ONLY, PlannedKind.TCP),
            planned(ECHO_ONLY, PlannedKind.ICMP)), 0, List.of());

    private static PlannedDestination planned(MeshNode node, PlannedKind... kinds) {
        return new PlannedDestination(node,
                Arrays.stream(kinds).map(kind -> new KindPace(kind, Optional.empty())).toList());
    }

    private static PlannedTargets targets(ProbeKind rung) {
        Map<NodeId, InetAddress> addresses = new LinkedHashMap<>();
        PLAN.nodes().forEach(
                node -> addresses.put(node.id(), InetAddress.ofLiteral("192.0.2." + (1 + addresses.size()))));
        return PlannedTargets.of(PLAN, new TargetSlots(() -> Instant.EPOCH).assign(addresses), rung);
    }

    @Test
    void each_engine_gets_what_is_planned_for_it() {
        PlannedTargets targets = targets(ProbeKind.ICMP_ECHO);

        assertThat(targets.echo().targets()).extracting(ProbeTarget::index).containsExactly(0, 2);
        assertThat(targets.tcp().targets()).extracting(ProbeTarget::index).containsExactly(0, 1);
        assertThat(targets.stamp().targets()).extracting(ProbeTarget::index).containsExactly(0);
    }

    @Test
    void tcp_has_the_live_cell_only_where_no_echo_goes() {
        assertThat(targets(ProbeKind.ICMP_ECHO).tcpAlone().stream()).containsExactly(1);
    }

    @Test
    void on_the_tcp_rung_one_engine_does_all_tcp() {
        PlannedTargets targets = targets(ProbeKind.TCP_CONNECT);

        assertThat(targets.echo().targets()).extracting(ProbeTarget::index).containsExactly(0, 1, 2);
        assertThat(targets.tcp().targets()).isEmpty();
        assertThat(targets.tcpAlone().isEmpty()).isTrue();
    }

    @Test
    void when_representatives_rotate_whoever_stays_keeps_its_index_and_whoever_goes_its_place() {
        List<MeshNode> agents = Meshes.ofSites(1, 9);
        Instant[] now = {Instant.EPOCH};
        TargetSlots slots = new TargetSlots(() -> now[0]);
        Map<NodeId, Integer> before = Map.of();
        int rotations = 0;
        for (int slot = 0; slot < 12; slot++) {
            AgentPlan plan = new MeshPlan(new MeshMembers(agents), Meshes.rotating(2, Duration.ofHours(1)), Meshes.PACE,
                    slot).of(agents.getFirst().id(), List.of());
            Map<NodeId, InetAddress> wanted = new LinkedHashMap<>();
            plan.nodes().forEach(node -> wanted.put(node.id(), InetAddress.ofLiteral("192.0.2.1")));
            TargetSlots.Assignment assignment = slots.assign(wanted);
            Map<NodeId, Integer> indices = new LinkedHashMap<>();
            assignment.targets().forEach(
                    target -> indices.put(assignment.destinationByIndex().get(target.index()), target.index()));
            assertThat(indices).hasSize(2);
            before.forEach((node, index) -> {
                assertThat(indices.getOrDefault(node, index)).isEqualTo(index);
                assertThat(assignment.destinationByIndex().get(index)).isEqualTo(node);
            });
            rotations += slot > 0 && !indices.equals(before) ? 1 : 0;
            before = indices;
            now[0] = now[0].plus(MeshPolicy.SLOT);
        }

        assertThat(rotations).isBetween(3, 4);
    }

    @Test
    void an_interval_of_the_policy_reaches_the_engine() {
        AgentPlan plan = new AgentPlan(List.of(new PlannedDestination(BOTH,
                List.of(new KindPace(PlannedKind.ICMP, Optional.of(Duration.ofSeconds(5)))))), 0, List.of());
        TargetSlots.Assignment all = new TargetSlots(() -> Instant.EPOCH)
                .assign(Map.of(BOTH.id(), InetAddress.ofLiteral("192.0.2.1")));

        assertThat(PlannedTargets.of(plan, all, ProbeKind.ICMP_ECHO).echo().targets()).singleElement()
                .extracting(ProbeTarget::ownInterval).isEqualTo(Optional.of(Duration.ofSeconds(5)));
    }
}
