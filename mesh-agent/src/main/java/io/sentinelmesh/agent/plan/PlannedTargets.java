package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * An agent's plan, divided among its engines.
 *
 * @param echo for the ladder's best rung
 * @param tcp for TCP beside it
 * @param tcpAlone those of {@code tcp} that no echo goes to: their live cell is TCP's
 */
public record PlannedTargets(TargetSlots.Assignment echo, TargetSlots.Assignment tcp, BitSet tcpAlone,
        TargetSlots.Assignment stamp) {

    /**
     * @param assignment of everything that is planned
     * @param rung what the ladder came to. If that is TCP itself, it does all TCP: two rows of one kind and source would contradict each other
     */
    public static PlannedTargets of(AgentPlan plan, TargetSlots.Assignment assignment, ProbeKind rung) {
        Map<NodeId, Optional<Duration>> echo = plan.intervals(PlannedKind.ICMP);
        Map<NodeId, Optional<Duration>> tcp = plan.intervals(PlannedKind.TCP);
        if (rung == ProbeKind.TCP_CONNECT) {
            Map<NodeId, Optional<Duration>> all = new HashMap<>(tcp);
            all.putAll(echo);
            echo = all;
            tcp = Map.of();
        }
        TargetSlots.Assignment byTcp = assignment.only(tcp);
        TargetSlots.Assignment byEcho = assignment.only(echo);
        BitSet tcpAlone = byTcp.probed();
        tcpAlone.andNot(byEcho.probed());
        return new PlannedTargets(byEcho, byTcp, tcpAlone, assignment.only(plan.intervals(PlannedKind.STAMP)));
    }
}
