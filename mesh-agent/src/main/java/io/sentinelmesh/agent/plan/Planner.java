package io.sentinelmesh.agent.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** Keeps this agent's plan for as long as nothing that it follows from changes, and says once what changed. Planning thread. */
public final class Planner {

    private static final Logger LOG = LoggerFactory.getLogger(Planner.class);
    private static final int MOST_NAMED = 5;

    private final NodeId self;
    private Optional<Planned> planned = Optional.empty();
    private Optional<MeshPlan> counted = Optional.empty();
    private String reported = "";
    private volatile PlanStatus status = PlanStatus.NONE;
    private volatile Heard heard = new Heard(0, 0);

    public Planner(NodeId self) {
        this.self = self;
    }

    private record Inputs(MeshMembers members, List<MeshNode> own, MeshPolicy policy, RoundPace pace, long slot) {
    }

    private record Planned(Inputs from, MeshPlan mesh, AgentPlan mine) {
    }

    private record Heard(int measured, int answering) {
    }

    /**
     * @param members this agent among them
     * @param own the endpoints of its own file
     */
    public AgentPlan plan(MeshMembers members, List<MeshNode> own, MeshPolicy policy, RoundPace pace, Instant now) {
        Inputs inputs = new Inputs(members, own, policy, pace, MeshPlan.slotAt(now));
        if (planned.isPresent() && planned.get().from().equals(inputs)) {
            return planned.get().mine();
        }
        MeshPlan mesh = new MeshPlan(members, policy, pace, inputs.slot());
        AgentPlan mine = mesh.of(self, own);
        planned = Optional.of(new Planned(inputs, mesh, mine));
        status = new PlanStatus(mine.destinations().size(), mine.packetsPerSecond(), policy.packetsPerSecond(), 0, 0,
                mine.unmet(), status.mesh());
        return mine;
    }

    /** Whether another slot of time has begun since the last plan. */
    public boolean isDue(Instant now) {
        return planned.isPresent() && planned.get().from().slot() != MeshPlan.slotAt(now);
    }

    /** Takes note of what this agent really measures. Any thread. */
    public void measured(LiveRow row) {
        int measured = 0;
        int answering = 0;
        for (LiveRow.Cell cell : row.cells()) {
            measured += cell.latest().sent() > 0 ? 1 : 0;
            answering += cell.latest().delays().isEmpty() ? 0 : 1;
        }
        heard = new Heard(measured, answering);
    }

    /** Any thread. */
    public PlanStatus status() {
        PlanStatus now = status;
        Heard its = heard;
        return new PlanStatus(now.destinations(), now.packetsPerSecond(), now.budget(), its.measured(),
                its.answering(), now.unmet(), now.mesh());
    }

    /** Counts what the mesh's plan covers, and logs it when that is news. Not with each plan: it looks at every site. */
    public void report() {
        if (planned.isEmpty() || planned.get().mesh() == counted.orElse(null)) {
            return;
        }
        Planned now = planned.get();
        MeshCoverage coverage = now.mesh().coverage();
        counted = Optional.of(now.mesh());
        status = new PlanStatus(now.mine().destinations().size(), now.mine().packetsPerSecond(),
                now.from().policy().packetsPerSecond(), 0, 0, now.mine().unmet(), Optional.of(coverage));
        String news = coverage.words() + coverage.unmet() + now.mine().unmet();
        if (!news.equals(reported)) {
            int endpoints = now.mine().endpoints().size();
            LOG.info("plan: this agent probes {} of {} agents and {} endpoints; {}",
                    now.mine().destinations().size() - endpoints, coverage.agents() - 1, endpoints, coverage.words());
            warn("the mesh", coverage.unmet());
            warn("this agent", now.mine().unmet());
        }
        reported = news;
    }

    private static void warn(String who, List<Unmet> unmet) {
        if (!unmet.isEmpty()) {
            LOG.warn("the plan of {} leaves out {}{}", who, unmet.stream().limit(MOST_NAMED).toList(),
                    unmet.size() > MOST_NAMED ? " and more" : "");
        }
    }
}
