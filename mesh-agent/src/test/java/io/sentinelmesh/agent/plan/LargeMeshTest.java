package io.sentinelmesh.agent.plan;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import com.sun.management.ThreadMXBean;

import io.sentinelmesh.measurement.MeshNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The plan at the size it is made for. What it prints is what docs/plan.md says; the bounds are generous, for slow machines. */
class LargeMeshTest {

    /** Time of the processor: others may be busy on this machine. */
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int AGENTS = 1_000;
    private static final int SITES = 300;
    private static final Duration LONGEST = Duration.ofMillis(500);
    private static final long MOST_BYTES = 2 << 20;

    private final List<MeshNode> agents = Meshes.ofSites(Meshes.manySites(SITES, AGENTS));

    @Test
    void a_thousand_agents_cover_every_pair_of_three_hundred_sites() {
        MeshPlan plan = Meshes.plan(agents, MeshPolicy.DEFAULT);
        long start = THREADS.getCurrentThreadCpuTime();
        MeshCoverage coverage = plan.coverage();
        long cold = THREADS.getCurrentThreadCpuTime() - start;
        for (int i = 0; i < 5; i++) {
            start = THREADS.getCurrentThreadCpuTime();
            assertThat(plan.coverage()).isEqualTo(coverage);
        }
        long warm = THREADS.getCurrentThreadCpuTime() - start;

        System.out.printf(
                "coverage: %d ms the first time, %d ms the sixth: %s; %s, %.0f packets/s at most, %d + %d pairs%n",
                cold / 1_000_000, warm / 1_000_000, coverage.words(), coverage.destinations(),
                coverage.packetsPerSecondMost(), coverage.agentPairs(), coverage.pairsInSites());
        assertThat(warm).isLessThan(LONGEST.toNanos());
        assertThat(coverage.sitePairs()).isEqualTo(SITES * (SITES - 1));
        assertThat(coverage.sitePairsCovered() + coverage.sitePairsAsFarAsTheyGo()).isEqualTo(coverage.sitePairs());
        assertThat(coverage.unmet()).isEmpty();
        assertThat(coverage.destinations().most()).isLessThan(SITES * 2 + 20);
        assertThat(coverage.packetsPerSecondMost()).isLessThanOrEqualTo(MeshPolicy.DEFAULT.packetsPerSecond());
    }

    @Test
    void one_agents_plan_takes_little_time_and_little_memory() {
        for (int warm = 0; warm < 50; warm++) {
            Meshes.plan(agents, MeshPolicy.DEFAULT, agents.get(warm));
        }
        long nanos = Long.MAX_VALUE;
        long bytes = 0;
        for (int i = 0; i < 20; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            Meshes.plan(agents, MeshPolicy.DEFAULT, agents.get(i * 40));
            bytes = Math.max(bytes, THREADS.getCurrentThreadAllocatedBytes() - before);
            nanos = Math.min(nanos, THREADS.getCurrentThreadCpuTime() - start);
        }

        System.out.printf("one agent's plan: %.2f ms, %d KB allocated at most%n", nanos / 1e6, bytes / 1024);
        assertThat(nanos).isLessThan(LONGEST.toNanos());
        assertThat(bytes).isLessThan(MOST_BYTES);
    }

    /** Of some 180,000 pairs one in 500 is one agent's, as source or destination: that many go, and about as many come. */
    @Test
    void one_agent_that_goes_moves_about_a_thousandth_of_the_plan() {
        Set<Meshes.Pair> before = Meshes.pairs(agents, MeshPolicy.DEFAULT);
        int[] moved = new int[4];
        for (int i = 0; i < moved.length; i++) {
            List<MeshNode> rest = new ArrayList<>(agents);
            rest.remove(i * 240);
            Set<Meshes.Pair> after = Meshes.pairs(rest, MeshPolicy.DEFAULT);
            Set<Meshes.Pair> gone = new HashSet<>(before);
            gone.removeAll(after);
            Set<Meshes.Pair> come = new HashSet<>(after);
            come.removeAll(before);
            moved[i] = gone.size() + come.size();
        }
        double mean = java.util.Arrays.stream(moved).average().orElseThrow() / before.size() * AGENTS;

        System.out.printf("one agent gone: %.2f / N of %d pairs moved on average%n", mean, before.size());
        assertThat(mean).isBetween(1.0, 6.0);
    }
}
