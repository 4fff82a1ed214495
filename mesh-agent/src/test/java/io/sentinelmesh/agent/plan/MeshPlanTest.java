package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.plan.MeshPolicy.EndpointRule;
import io.sentinelmesh.agent.plan.MeshPolicy.KindPace;
import io.sentinelmesh.agent.plan.MeshPolicy.LabelRule;
import io.sentinelmesh.agent.plan.MeshPolicy.ProbeRule;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

import static io.sentinelmesh.agent.plan.Meshes.PACE;
import static io.sentinelmesh.agent.plan.Meshes.SLOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MeshPlanTest {

    private static final MeshNode WEB = new MeshNode(NodeId.ofEndpoint("web", "192.0.2.80"), MeshNode.Role.ENDPOINT,
            "web", "hq", "192.0.2.80");

    @Test
    void an_agent_probes_every_peer_and_endpoint_but_never_itself() {
        List<MeshNode> agents = Meshes.ofSites(1, 1);

        AgentPlan plan = Meshes.plan(agents, MeshPolicy.DEFAULT).of(agents.getFirst().id(), List.of(WEB));

        assertThat(plan.nodes()).containsExactlyInAnyOrder(agents.getLast(), WEB);
    }

    @Test
    void the_order_in_which_peers_became_known_does_not_matter() {
        List<MeshNode> agents = new ArrayList<>(Meshes.ofSites(50));
        MeshNode self = agents.getFirst();
        AgentPlan before = Meshes.plan(agents, MeshPolicy.DEFAULT, self);
        Collections.reverse(agents);

        assertThat(Meshes.plan(agents, MeshPolicy.DEFAULT, self)).isEqualTo(before);
    }

    @Test
    void sixty_agents_are_a_full_mesh_wherever_they_stand() {
        List<MeshNode> agents = Meshes.ofSites(40, 1, 2, 17);

        assertThat(Meshes.pairs(agents, MeshPolicy.DEFAULT)).hasSize(60 * 59);
        assertThat(Meshes.plan(agents, MeshPolicy.DEFAULT).coverage().fullMesh()).isTrue();
    }

    @Test
    void a_full_mesh_that_a_budget_does_not_allow_is_sampled_instead() {
        MeshPolicy poor = new MeshPolicy(60, 4, 2, Duration.ZERO, 30, List.of(), List.of(), List.of());
        List<MeshNode> agents = Meshes.ofSites(20, 20);

        assertThat(Meshes.plan(agents, poor).isFullMesh()).isFalse();
        assertThat(Meshes.plan(agents, poor).coverage().packetsPerSecondMost()).isLessThanOrEqualTo(30);
    }

    @Test
    void in_a_large_site_an_agent_has_a_bounded_number_of_neighbours_and_all_hang_together() {
        List<MeshNode> agents = Meshes.ofSites(100);
        Set<Meshes.Pair> pairs = Meshes.pairs(agents, Meshes.sampled(6, 2, 50_000));

        Map<MeshNode, Long> degrees = pairs.stream()
                .collect(Collectors.groupingBy(Meshes.Pair::source, Collectors.counting()));
        assertThat(degrees).hasSize(100);
        assertThat(degrees.values()).allSatisfy(degree -> assertThat(degree).isBetween(3L, 6L));
        Set<MeshNode> seen = new java.util.HashSet<>(List.of(agents.getFirst()));
        while (pairs.stream().anyMatch(pair -> seen.contains(pair.source()) && seen.add(pair.destination()))) {
            // One step further.
        }
        assertThat(seen).hasSize(100);
    }

    @Test
    void two_sites_are_joined_by_as_many_agent_pairs_as_wanted_and_by_different_agents() {
        List<MeshNode> agents = Meshes.ofSites(30, 30);
        Set<Meshes.Pair> between = Meshes.pairs(agents, Meshes.sampled(2, 3, 50_000)).stream()
                .filter(pair -> pair.source().site().equals("site-0") && pair.destination().site().equals("site-1"))
                .collect(Collectors.toSet());

        assertThat(between).hasSize(3);
        assertThat(between.stream().map(Meshes.Pair::source)).doesNotHaveDuplicates();
        assertThat(between.stream().map(Meshes.Pair::destination)).doesNotHaveDuplicates();
    }

    @Test
    void sites_too_small_for_as_many_pairs_are_joined_by_all_they_have() {
        assertThat(Meshes.pairs(Meshes.ofSites(1, 1), Meshes.sampled(2, 4, 50_000))).hasSize(2);
        assertThat(Meshes.pairs(Meshes.ofSites(1, 3), Meshes.sampled(2, 4, 50_000))).hasSize(6 + 6);
        assertThat(Meshes.pairs(Meshes.ofSites(2, 2), Meshes.sampled(2, 4, 50_000))).hasSize(8 + 4);
        assertThat(Meshes.pairs(Meshes.ofSites(3, 2), Meshes.sampled(2, 4, 50_000))).hasSize(8 + 6 + 2);

        MeshCoverage coverage = Meshes.plan(Meshes.ofSites(1, 1), Meshes.sampled(2, 2, 50_000)).coverage();
        assertThat(coverage.sitePairsAsFarAsTheyGo()).isEqualTo(2);
        assertThat(coverage.unmet()).isEmpty();
    }

    @Test
    void where_one_agents_budget_is_used_up_others_of_its_site_take_over() {
        // An agent can afford two pairs at 2.6 packets a second; ten sites want one each from five agents.
        MeshPolicy poor = Meshes.sampled(2, 1, 6);
        int[] sizes = IntStream.concat(IntStream.of(5), IntStream.generate(() -> 1).limit(10)).toArray();
        MeshPolicy withoutNeighbours = new MeshPolicy(0, 2, 1, Duration.ZERO, 16, List.of(),
                List.of(new ProbeRule(Selector.ANY, Selector.ANY,
                        List.of(new KindPace(PlannedKind.ICMP, Optional.of(Duration.ofMillis(250)))))),
                List.of());
        List<MeshNode> agents = Meshes.ofSites(sizes);

        MeshCoverage coverage = Meshes.plan(agents, withoutNeighbours).coverage();
        Set<Meshes.Pair> pairs = Meshes.pairs(agents, withoutNeighbours);

        assertThat(pairs.stream().filter(pair -> pair.source().site().equals("site-0"))
                .filter(pair -> !pair.destination().site().equals("site-0"))).hasSize(10);
        assertThat(coverage.packetsPerSecondMost()).isLessThanOrEqualTo(16);
        assertThat(Meshes.plan(agents, poor).coverage().packetsPerSecondMost()).isLessThanOrEqualTo(6);
    }

    @Test
    void whoever_takes_over_is_not_counted_twice_for_one_destination() {
        // The second agent of site-0 may not afford anything, and the only destination in site-1 is the first one's already.
        MeshPolicy policy = new MeshPolicy(0, 2, 2, Duration.ZERO, 8, List.of(),
                List.of(new ProbeRule(Selector.name("site-0-1"), Selector.ANY,
                        List.of(new KindPace(PlannedKind.ICMP, Optional.of(Duration.ofMillis(100)))))),
                List.of());

        MeshCoverage coverage = Meshes.plan(Meshes.ofSites(2, 1), policy).coverage();

        assertThat(coverage.sitePairsCovered()).isEqualTo(1);
        assertThat(coverage.sitePairsShort()).isEqualTo(1);
        assertThat(coverage.unmet()).containsExactly(new Unmet("site-0 -> site-1", Unmet.Why.BUDGET));
    }

    @Test
    void what_a_budget_does_not_allow_is_told_with_its_reason() {
        MeshCoverage coverage = Meshes.plan(Meshes.ofSites(1, 1, 1, 1), Meshes.sampled(2, 2, 6)).coverage();

        assertThat(coverage.sitePairs()).isEqualTo(12);
        assertThat(coverage.sitePairsUncovered()).isEqualTo(4);
        assertThat(coverage.unmet()).hasSize(4)
                .allSatisfy(unmet -> assertThat(unmet.why()).isEqualTo(Unmet.Why.BUDGET));
        assertThat(coverage.unmet().getFirst().toString()).contains("site-0 -> site-")
                .endsWith("the budget of packets is used up");
    }

    @Test
    void an_agent_that_cannot_be_reached_probes_but_is_not_probed() {
        List<MeshNode> agents = Meshes.ofSites(2, 1, 40, 40);
        MeshNode hidden = agents.get(2);
        MeshPlan plan = new MeshPlan(new MeshMembers(agents, Set.of(hidden.id())), MeshPolicy.DEFAULT, PACE, SLOT);

        Set<Meshes.Pair> pairs = Meshes.pairs(agents, plan);

        assertThat(pairs).noneMatch(pair -> pair.destination().equals(hidden));
        assertThat(pairs).anyMatch(pair -> pair.source().equals(hidden));
        assertThat(plan.coverage().unmet()).contains(new Unmet("site-0 -> site-1", Unmet.Why.UNREACHABLE));
    }

    @Test
    void at_each_slot_one_pair_of_two_sites_changes_at_most_and_in_a_rotation_all_do() {
        MeshPolicy policy = Meshes.rotating(2, Duration.ofHours(2));
        List<MeshNode> agents = Meshes.ofSites(20, 20);
        Set<Meshes.Pair> first = between(agents, policy, SLOT);
        Set<Meshes.Pair> before = first;
        int changes = 0;
        for (long slot = SLOT + 1; slot <= SLOT + 12; slot++) {
            Set<Meshes.Pair> now = between(agents, policy, slot);
            assertThat(now).hasSize(2).containsAnyElementsOf(before);
            changes += now.equals(before) ? 0 : 1;
            before = now;
        }

        assertThat(changes).isEqualTo(2);
        assertThat(before).doesNotContainAnyElementsOf(first);
    }

    private static Set<Meshes.Pair> between(List<MeshNode> agents, MeshPolicy policy, long slot) {
        MeshPlan plan = new MeshPlan(new MeshMembers(agents), policy, PACE, slot);
        return Meshes.pairs(agents, plan).stream()
                .filter(pair -> pair.source().site().equals("site-0") && pair.destination().site().equals("site-1"))
                .collect(Collectors.toSet());
    }

    @Test
    void slots_are_ten_minutes_of_the_clock() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");

        assertThat(MeshPlan.slotAt(noon.plusSeconds(599))).isEqualTo(MeshPlan.slotAt(noon));
        assertThat(MeshPlan.slotAt(noon.plusSeconds(600))).isEqualTo(MeshPlan.slotAt(noon) + 1);
        assertThat(MeshPlan.nextSlot(noon.plusSeconds(1))).isEqualTo(noon.plusSeconds(600));
    }

    @Test
    void the_first_rule_that_fits_a_pair_says_how_it_is_measured() {
        List<MeshNode> agents = List.of(Meshes.agent("eu-paris", 0), Meshes.agent("eu-oslo", 0),
                Meshes.agent("us-boston", 0));
        KindPace seldom = new KindPace(PlannedKind.ICMP, Optional.of(Duration.ofSeconds(5)));
        MeshPolicy policy = new MeshPolicy(60, 16, 2, Duration.ZERO, 6_000,
                List.of(new LabelRule(Selector.site("eu-*"), Map.of("region", "eu"))),
                List.of(new ProbeRule(new Selector("*", "*", Map.of("region", "eu")), Selector.site("us-*"),
                        List.of(seldom))),
                List.of());

        AgentPlan paris = Meshes.plan(agents, policy, agents.getFirst());

        assertThat(paris.destinations()).hasSize(2).allSatisfy(planned -> {
            boolean far = planned.node().site().equals("us-boston");
            assertThat(planned.kinds()).isEqualTo(far
                    ? List.of(seldom)
                    : List.of(new KindPace(PlannedKind.ICMP, Optional.empty()),
                            new KindPace(PlannedKind.STAMP, Optional.empty())));
        });
        assertThat(paris.packetsPerSecond()).isEqualTo(0.2 + 1 + 1.6);
    }

    @Test
    void no_stamp_is_planned_to_or_from_an_agent_without_a_reflector() {
        MeshNode with = Meshes.agent("a", 0);
        MeshNode without = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "mute", "b", "192.0.2.9");

        AgentPlan to = Meshes.plan(List.of(with, without), MeshPolicy.DEFAULT, with);
        AgentPlan from = Meshes.plan(List.of(with, without), MeshPolicy.DEFAULT, without);

        assertThat(to.destinations().getFirst().pace(PlannedKind.STAMP)).isEmpty();
        assertThat(from.destinations().getFirst().pace(PlannedKind.STAMP)).isEmpty();
        assertThat(from.destinations().getFirst().pace(PlannedKind.ICMP)).isPresent();
    }

    @Test
    void an_endpoint_of_the_mesh_is_probed_by_as_many_agents_as_wanted_of_those_that_fit() {
        MeshPolicy policy = withEndpoints(new EndpointRule("web", "192.0.2.80", "hq", Selector.site("site-[12]"), 2),
                new EndpointRule("dns", "192.0.2.53", "hq", Selector.site("site-?"), 3));
        List<MeshNode> agents = Meshes.ofSites(5, 5, 5);
        MeshPlan plan = Meshes.plan(agents, policy);

        List<MeshNode> dns = agents.stream()
                .filter(agent -> plan.isPlanned(agent.id(), NodeId.ofEndpoint("dns", "192.0.2.53"))).toList();

        assertThat(dns).hasSize(3);
        assertThat(dns.stream().map(MeshNode::site)).doesNotHaveDuplicates();
        assertThat(plan.coverage().endpoints()).isEqualTo(2);
        assertThat(plan.coverage().endpointsServed()).isEqualTo(1);
        assertThat(plan.coverage().unmet()).containsExactly(new Unmet("web", Unmet.Why.NO_AGENT_FITS));
    }

    @Test
    void an_endpoint_that_the_budget_leaves_no_room_for_is_told_of() {
        MeshPolicy poor = Meshes.sampled(2, 1, 1);
        MeshNode self = Meshes.agent("a", 0);

        AgentPlan plan = Meshes.plan(List.of(self), poor).of(self.id(),
                List.of(WEB, new EndpointRule("b", "192.0.2.81", "hq", Selector.ANY, 1).node()));

        assertThat(plan.destinations()).hasSize(1);
        assertThat(plan.unmet()).singleElement()
                .satisfies(unmet -> assertThat(unmet.why()).isEqualTo(Unmet.Why.BUDGET));
    }

    @Test
    void an_endpoint_named_by_the_mesh_and_by_the_agents_file_is_probed_once() {
        MeshPolicy policy = withEndpoints(new EndpointRule("web", "192.0.2.80", "hq", Selector.ANY, 2));
        MeshNode self = Meshes.agent("a", 0);

        assertThat(Meshes.plan(List.of(self), policy).of(self.id(), List.of(WEB)).nodes()).containsExactly(WEB);
    }

    @Test
    void whoever_is_not_in_the_mesh_gets_no_plan() {
        MeshPlan plan = Meshes.plan(Meshes.ofSites(2), MeshPolicy.DEFAULT);

        assertThatThrownBy(() -> plan.of(WEB.id(), List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(WEB.id().toString());
        assertThat(plan.isPlanned(WEB.id(), WEB.id())).isFalse();
    }

    private static MeshPolicy withEndpoints(EndpointRule... endpoints) {
        return new MeshPolicy(60, 16, 2, Duration.ZERO, 6_000, List.of(), List.of(), List.of(endpoints));
    }
}
