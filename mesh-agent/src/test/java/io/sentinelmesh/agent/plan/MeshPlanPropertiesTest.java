package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import io.sentinelmesh.measurement.MeshNode;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class MeshPlanPropertiesTest {

    private static final int RICH = 50_000;
    /** Echo once a second and 16 flows of STAMP in ten: what a pair costs, in packets per second. */
    private static final double PAIR_COST = 2.6;

    @Provide
    Arbitrary<int[]> siteSizes() {
        return Arbitraries.integers().between(1, 9).array(int[].class).ofMinSize(1).ofMaxSize(9);
    }

    @Property(tries = 100)
    void everyone_plans_alike_in_whatever_order_they_met(@ForAll("siteSizes") int[] sizes,
            @ForAll @IntRange(min = 1, max = 4) int pairs, @ForAll @IntRange(min = 1, max = 60) int budget,
            @ForAll long seed) {
        List<MeshNode> agents = Meshes.ofSites(sizes);
        List<MeshNode> shuffled = new ArrayList<>(agents);
        Collections.shuffle(shuffled, new Random(seed));
        MeshPolicy policy = Meshes.sampled(4, pairs, budget);

        assertThat(Meshes.pairs(shuffled, policy)).isEqualTo(Meshes.pairs(agents, policy));
        assertThat(Meshes.plan(shuffled, policy).coverage()).isEqualTo(Meshes.plan(agents, policy).coverage());
    }

    @Property(tries = 100)
    void whoever_is_probed_probes_back_while_budgets_allow(@ForAll("siteSizes") int[] sizes,
            @ForAll @IntRange(min = 1, max = 4) int pairs, @ForAll @IntRange(min = 2, max = 9) int neighbours) {
        List<MeshNode> agents = Meshes.ofSites(sizes);
        Set<Meshes.Pair> planned = Meshes.pairs(agents, Meshes.sampled(neighbours, pairs, RICH));

        assertThat(planned).allSatisfy(
                pair -> assertThat(planned).contains(new Meshes.Pair(pair.destination(), pair.source())));
    }

    @Property(tries = 100)
    void every_ordered_pair_of_sites_is_covered_as_wanted_or_by_all_there_is(@ForAll("siteSizes") int[] sizes,
            @ForAll @IntRange(min = 1, max = 4) int pairs, @ForAll long slot) {
        List<MeshNode> agents = Meshes.ofSites(sizes);
        MeshPlan plan = new MeshPlan(new MeshMembers(agents), Meshes.rotating(pairs, Duration.ofHours(3)), Meshes.PACE,
                slot / 1_000_000);
        Map<String, Long> covered = Meshes.pairs(agents, plan).stream()
                .collect(Collectors.groupingBy(MeshPlanPropertiesTest::sites, Collectors.counting()));

        for (int a = 0; a < sizes.length; a++) {
            for (int b = 0; b < sizes.length; b++) {
                if (a != b) {
                    assertThat(covered).containsEntry("site-" + a + " -> site-" + b,
                            (long) Math.min(pairs, sizes[a] * sizes[b]));
                }
            }
        }
        assertThat(plan.coverage().unmet()).isEmpty();
    }

    private static String sites(Meshes.Pair pair) {
        return pair.source().site() + " -> " + pair.destination().site();
    }

    @Property(tries = 100)
    void no_budget_is_ever_exceeded_and_what_is_told_of_it_is_true(@ForAll("siteSizes") int[] sizes,
            @ForAll @IntRange(min = 1, max = 4) int pairs, @ForAll @IntRange(min = 1, max = 60) int budget) {
        List<MeshNode> agents = Meshes.ofSites(sizes);
        MeshPolicy policy = new MeshPolicy(30, 4, pairs, Duration.ZERO, budget, List.of(), List.of(), List.of());
        MeshPlan plan = Meshes.plan(agents, policy);

        for (MeshNode agent : agents) {
            AgentPlan its = plan.of(agent.id(), List.of());
            assertThat(its.packetsPerSecond()).isLessThanOrEqualTo(budget);
            assertThat(its.packetsPerSecond()).isCloseTo(its.destinations().size() * PAIR_COST,
                    org.assertj.core.data.Offset.offset(1e-6));
        }
        assertThat(plan.coverage().packetsPerSecondMost()).isLessThanOrEqualTo(budget);
    }

    @Property(tries = 100)
    void a_site_whose_budgets_together_are_enough_leaves_no_other_site_uncovered(@ForAll("siteSizes") int[] sizes,
            @ForAll @IntRange(min = 1, max = 3) int pairs, @ForAll @IntRange(min = 1, max = 60) int budget) {
        List<MeshNode> agents = Meshes.ofSites(sizes);
        MeshPolicy policy = Meshes.sampled(4, pairs, budget);
        MeshPlan plan = Meshes.plan(agents, policy);
        Set<Meshes.Pair> planned = Meshes.pairs(agents, plan);

        for (int site = 0; site < sizes.length; site++) {
            String name = "site-" + site;
            long inside = planned.stream().filter(pair -> pair.source().site().equals(name))
                    .filter(pair -> pair.destination().site().equals(name)).count();
            long affordable = sizes[site] * (long) Math.floor(budget / PAIR_COST) - inside;
            long reached = planned.stream().filter(pair -> pair.source().site().equals(name))
                    .map(pair -> pair.destination().site()).filter(other -> !other.equals(name)).distinct().count();
            assertThat(reached).isEqualTo(Math.min(affordable, sizes.length - 1));
        }
    }

    @Property(tries = 50)
    void asking_for_one_pair_gives_what_the_sources_plan_says(@ForAll("siteSizes") int[] sizes,
            @ForAll @IntRange(min = 1, max = 40) int budget) {
        List<MeshNode> agents = Meshes.ofSites(sizes);
        MeshPlan plan = Meshes.plan(agents, Meshes.sampled(4, 2, budget));
        Set<Meshes.Pair> planned = Meshes.pairs(agents, plan);

        for (MeshNode source : agents) {
            for (MeshNode destination : agents) {
                assertThat(plan.isPlanned(source.id(), destination.id()))
                        .isEqualTo(planned.contains(new Meshes.Pair(source, destination)));
            }
        }
    }

    /** N agents, of whom one goes: its own pairs must move, and few others do. */
    @Property(tries = 60)
    void one_member_that_goes_moves_about_its_share_of_the_plan(@ForAll @IntRange(min = 0, max = 239) int who,
            @ForAll long slot) {
        List<MeshNode> agents = Meshes.ofSites(60, 30, 30, 20, 20, 10, 10, 10, 10, 10, 5, 5, 5, 5, 5, 5);
        MeshNode gone = agents.get(who);
        List<MeshNode> rest = agents.stream().filter(agent -> !agent.equals(gone)).toList();
        MeshPolicy policy = Meshes.rotating(2, Duration.ofHours(24));
        long at = slot / 1_000_000;
        Set<Meshes.Pair> before = Meshes.pairs(agents, new MeshPlan(new MeshMembers(agents), policy, Meshes.PACE, at));
        Set<Meshes.Pair> after = Meshes.pairs(rest, new MeshPlan(new MeshMembers(rest), policy, Meshes.PACE, at));

        Set<Meshes.Pair> itsOwn = before.stream()
                .filter(pair -> pair.source().equals(gone) || pair.destination().equals(gone))
                .collect(Collectors.toSet());
        Set<Meshes.Pair> dropped = new HashSet<>(before);
        dropped.removeAll(itsOwn);
        dropped.removeAll(after);
        Set<Meshes.Pair> added = new HashSet<>(after);
        added.removeAll(before);

        // What was its own is made up for, and where it stood in another's way that one may move: once for each pair at most, in both directions.
        assertThat(dropped.size() + added.size()).isLessThanOrEqualTo(2 * itsOwn.size() + 4);
    }
}
