package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;

import static org.assertj.core.api.Assertions.assertThat;

class PlannerTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final List<MeshNode> agents = Meshes.ofSites(2, 1);
    private final MeshNode self = agents.getFirst();
    private final Planner planner = new Planner(self.id());

    private AgentPlan planAt(Instant now) {
        return planner.plan(new MeshMembers(agents), List.of(), MeshPolicy.DEFAULT, Meshes.PACE, now);
    }

    @Test
    void a_plan_holds_until_something_that_it_follows_from_changes() {
        AgentPlan first = planAt(NOON);

        assertThat(planAt(NOON.plusSeconds(599))).isSameAs(first);
        assertThat(planner.isDue(NOON.plusSeconds(599))).isFalse();
        assertThat(planner.isDue(NOON.plusSeconds(600))).isTrue();
        assertThat(planAt(NOON.plusSeconds(600))).isEqualTo(first).isNotSameAs(first);
        assertThat(planner.isDue(NOON.plusSeconds(600))).isFalse();
    }

    @Test
    void what_is_planned_and_what_is_achieved_are_both_told() {
        assertThat(planner.status()).isEqualTo(PlanStatus.NONE);
        planAt(NOON);
        planner.report();
        planner.measured(new LiveRow(self.id(), ProbeKind.ICMP_ECHO, NOON, Duration.ofSeconds(10),
                List.of(new LiveRow.Cell(PairResult.of(agents.get(1).id(), 2, 100, 100), new RecentFates(0, 2)),
                        new LiveRow.Cell(PairResult.of(agents.get(2).id(), 2), new RecentFates(3, 2)))));

        PlanStatus status = planner.status();

        assertThat(status.destinations()).isEqualTo(2);
        assertThat(status.packetsPerSecond()).isEqualTo(5.2);
        assertThat(status.measured()).isEqualTo(2);
        assertThat(status.answering()).isEqualTo(1);
        assertThat(status.mesh()).get().extracting(MeshCoverage::words)
                .isEqualTo("3 agents in 2 sites, full mesh; of 2 ordered site pairs 2 as wanted");
    }
}
