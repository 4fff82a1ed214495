package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.agent.plan.MeshPolicy.KindPace;
import io.sentinelmesh.agent.plan.MeshPolicy.LabelRule;
import io.sentinelmesh.agent.plan.MeshPolicy.ProbeRule;
import io.sentinelmesh.measurement.MeshNode;

/** How each pair is measured by the policy's rules, and what that costs its source. Rules are matched once for each agent, not for each pair. */
final class PairKinds {

    /** Where no rule fits. */
    private static final List<KindPace> USUAL = List.of(new KindPace(PlannedKind.ICMP, Optional.empty()),
            new KindPace(PlannedKind.STAMP, Optional.empty()));

    /**
     * @param milliPackets thousandths of a packet per second, rounded up: whole numbers, so that every agent adds up the same
     */
    record Choice(List<KindPace> kinds, long milliPackets) {

        boolean isPossible() {
            return !kinds.isEmpty();
        }
    }

    private final MeshMap map;
    private final List<ProbeRule> rules;
    private final List<LabelRule> labelRules;
    /** By rule, the last one being where none fits. */
    private final Choice[] withStamp;
    private final Choice[] withoutStamp;
    /** Words of bits, one bit for each rule, for each agent. */
    private final long[] from;
    private final long[] to;
    private final int words;

    PairKinds(MeshMap map, MeshPolicy policy, RoundPace pace) {
        this.map = map;
        rules = policy.probes();
        labelRules = policy.labels();
        withStamp = new Choice[rules.size() + 1];
        withoutStamp = new Choice[rules.size() + 1];
        for (int rule = 0; rule <= rules.size(); rule++) {
            List<KindPace> kinds = rule < rules.size() ? rules.get(rule).kinds() : USUAL;
            withStamp[rule] = choice(kinds, pace);
            withoutStamp[rule] = choice(
                    kinds.stream().filter(kind -> kind.kind() != PlannedKind.STAMP).toList(), pace);
        }
        words = (rules.size() + Long.SIZE - 1) / Long.SIZE;
        from = new long[map.size() * words];
        to = new long[map.size() * words];
        for (int agent = 0; agent < map.size() && words > 0; agent++) {
            MeshNode node = map.agent(agent);
            Map<String, String> labels = labelsOf(node);
            for (int rule = 0; rule < rules.size(); rule++) {
                int word = agent * words + rule / Long.SIZE;
                long bit = 1L << rule;
                from[word] |= rules.get(rule).from().fits(node.name(), node.site(), labels) ? bit : 0;
                to[word] |= rules.get(rule).to().fits(node.name(), node.site(), labels) ? bit : 0;
            }
        }
    }

    private static Choice choice(List<KindPace> kinds, RoundPace pace) {
        long cost = 0;
        for (KindPace kind : kinds) {
            cost += switch (kind.kind()) {
                case ICMP, TCP -> milliPackets(1, kind.every().orElse(pace.packetInterval()));
                case STAMP -> milliPackets(pace.stampFlows(), kind.every().orElse(pace.stampInterval()));
            };
        }
        return new Choice(kinds, cost);
    }

    private static long milliPackets(int packets, Duration interval) {
        return Math.ceilDiv(packets * 1_000_000_000_000L, interval.toNanos());
    }

    /** Later rules win. */
    Map<String, String> labelsOf(MeshNode node) {
        if (labelRules.isEmpty()) {
            return Map.of();
        }
        Map<String, String> labels = new HashMap<>();
        for (LabelRule rule : labelRules) {
            if (rule.match().fits(node.name(), node.site(), Map.of())) {
                labels.putAll(rule.set());
            }
        }
        return labels;
    }

    /** Between two agents. */
    Choice of(int source, int destination) {
        int rule = rules.size();
        for (int word = 0; word < words; word++) {
            long both = from[source * words + word] & to[destination * words + word];
            if (both != 0) {
                rule = word * Long.SIZE + Long.numberOfTrailingZeros(both);
                break;
            }
        }
        return ofRule(rule, map.agent(source), map.agent(destination));
    }

    /** From an agent to an endpoint. */
    Choice of(int source, MeshNode endpoint) {
        Map<String, String> labels = labelsOf(endpoint);
        for (int rule = 0; rule < rules.size(); rule++) {
            long bit = from[source * words + rule / Long.SIZE] & (1L << rule);
            if (bit != 0 && rules.get(rule).to().fits(endpoint.name(), endpoint.site(), labels)) {
                return ofRule(rule, map.agent(source), endpoint);
            }
        }
        return ofRule(rules.size(), map.agent(source), endpoint);
    }

    /** STAMP takes two: an agent that runs no reflector sends none either. */
    private Choice ofRule(int rule, MeshNode source, MeshNode destination) {
        return source.reflectorPort() > 0 && destination.reflectorPort() > 0 ? withStamp[rule] : withoutStamp[rule];
    }

    /** The most that any pair can cost. */
    long dearest() {
        long most = 0;
        for (Choice choice : withStamp) {
            most = Math.max(most, choice.milliPackets());
        }
        return most;
    }
}
