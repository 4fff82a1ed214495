package io.sentinelmesh.aggregator.selfreport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.NodeId;

/** The newest word of each agent about itself. Called by one thread only (the mesh thread). */
public final class SelfReports {

    /** Three readings of what agents read every five minutes: a name that did not come for so long is not there any more. */
    static final Duration METRICS_LAST = Duration.ofMinutes(15);
    static final int MOST_METRICS_OF_AGENT = 2_000;
    /** About 60 MB; a thousand agents with two hundred figures each. Beyond it a name that is not there yet is left out and counted. */
    static final int MOST_METRICS = 200_000;

    private static final class Entry {
        Optional<HealthVerdict> verdict = Optional.empty();
        Optional<AgentHealth> health = Optional.empty();
        /** By name: those of one name come together, so what is missing among them is gone. */
        final Map<String, Family> metrics = new LinkedHashMap<>();
        int count;
    }

    /** @param arrivedNanos by our clock: an agent's may be wrong */
    private record Family(List<HostMetric> members, long arrivedNanos) {

        static final Family NONE = new Family(List.of(), 0);

        boolean isNewerThan(List<HostMetric> others) {
            return !members.isEmpty() && members.getFirst().at().isAfter(others.getFirst().at());
        }
    }

    private final Map<NodeId, Entry> entries = new HashMap<>();
    private int metrics;
    private long leftOut;

    /** A live row came. */
    public void verdict(NodeId agent, HealthVerdict verdict) {
        entry(agent).verdict = Optional.of(verdict);
    }

    /** A batch came, perhaps one that waited for long: only what is newer counts. */
    public void report(NodeId agent, Optional<AgentHealth> health, List<HostMetric> told, long nowNanos) {
        Entry entry = entry(agent);
        health.filter(newer -> entry.health.map(AgentHealth::at).orElse(Instant.MIN).isBefore(newer.at()))
                .ifPresent(newer -> entry.health = Optional.of(newer));
        if (!told.isEmpty()) {
            told.stream().collect(Collectors.groupingBy(HostMetric::name, LinkedHashMap::new, Collectors.toList()))
                    .forEach((name, family) -> replace(entry, name, new Family(List.copyOf(family), nowNanos)));
            forgetOld(entry, nowNanos);
        }
    }

    private void replace(Entry entry, String name, Family family) {
        Family before = entry.metrics.getOrDefault(name, Family.NONE);
        if (before.isNewerThan(family.members)) {
            return;
        }
        int more = family.members.size() - before.members.size();
        if (entry.count + more > MOST_METRICS_OF_AGENT || metrics + more > MOST_METRICS) {
            leftOut += family.members.size();
            return;
        }
        entry.metrics.put(name, family);
        entry.count += more;
        metrics += more;
    }

    private void forgetOld(Entry entry, long nowNanos) {
        entry.metrics.values().removeIf(family -> {
            boolean old = nowNanos - family.arrivedNanos > METRICS_LAST.toNanos();
            if (old) {
                entry.count -= family.members.size();
                metrics -= family.members.size();
            }
            return old;
        });
    }

    /** It left on purpose: what it said of itself is over. */
    public void leave(NodeId agent) {
        Entry entry = entries.remove(agent);
        metrics -= entry == null ? 0 : entry.count;
    }

    private Entry entry(NodeId agent) {
        return entries.computeIfAbsent(agent, _ -> new Entry());
    }

    public AgentReport of(NodeId agent) {
        Entry entry = entries.get(agent);
        if (entry == null) {
            return AgentReport.NOTHING;
        }
        List<HostMetric> all = new ArrayList<>(entry.count);
        entry.metrics.values().forEach(family -> all.addAll(family.members));
        return new AgentReport(entry.verdict.orElse(HealthVerdict.WELL), entry.health, all);
    }

    public HealthVerdict verdict(NodeId agent) {
        return told(agent).orElse(HealthVerdict.WELL);
    }

    /** Empty until its first live row. */
    public Optional<HealthVerdict> told(NodeId agent) {
        Entry entry = entries.get(agent);
        return entry == null ? Optional.empty() : entry.verdict;
    }

    /** Metrics for which there was no room, since the start. */
    public long leftOut() {
        return leftOut;
    }

    /** Metrics kept at present. */
    public int metrics() {
        return metrics;
    }
}
