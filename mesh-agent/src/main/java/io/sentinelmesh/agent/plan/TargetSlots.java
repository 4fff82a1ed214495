package io.sentinelmesh.agent.plan;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.probe.ProbeTarget;

/**
 * Gives each probed address a small number and takes it back only when no packet can be under way any more. Not thread-safe: one caller.
 */
public final class TargetSlots {

    /** Longer than any loss threshold, with room for a round that is still open. */
    static final Duration QUARANTINE = Duration.ofMinutes(2);

    private final InstantSource clock;
    private final List<Slot> slots = new ArrayList<>();

    public TargetSlots(InstantSource clock) {
        this.clock = clock;
    }

    private record Slot(NodeId node, InetAddress address, boolean used, Instant freedAt) {
    }

    /**
     * @param targets the targets to probe now
     * @param destinationByIndex which node each index stands for, those in quarantine included
     */
    public record Assignment(List<ProbeTarget> targets, List<NodeId> destinationByIndex) {

        /** The same destinations, none of them probed: what is still under way finds its place. */
        public Assignment withoutTargets() {
            return new Assignment(List.of(), destinationByIndex);
        }

        /** The indices of the targets. */
        public BitSet probed() {
            BitSet indices = new BitSet(destinationByIndex.size());
            targets.forEach(target -> indices.set(target.index()));
            return indices;
        }

        /** The same indices with fewer targets: those of these nodes, each at its interval, or at the prober's if that is empty. */
        public Assignment only(Map<NodeId, Optional<Duration>> intervals) {
            List<ProbeTarget> some = new ArrayList<>();
            for (ProbeTarget target : targets) {
                Optional<Duration> interval = intervals.get(destinationByIndex.get(target.index()));
                if (interval != null) {
                    some.add(new ProbeTarget(target.index(), target.address(), interval));
                }
            }
            return new Assignment(List.copyOf(some), destinationByIndex);
        }
    }

    /** The same node at the same address keeps its index for as long as it is asked for. */
    public Assignment assign(Map<NodeId, InetAddress> wanted) {
        Instant now = clock.instant();
        Map<NodeId, InetAddress> missing = new LinkedHashMap<>(wanted);
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            boolean stillWanted = slot.address().equals(missing.get(slot.node()));
            if (stillWanted) {
                missing.remove(slot.node());
                slots.set(i, new Slot(slot.node(), slot.address(), true, now));
            } else if (slot.used()) {
                slots.set(i, new Slot(slot.node(), slot.address(), false, now));
            }
        }
        int at = 0;
        for (Map.Entry<NodeId, InetAddress> entry : missing.entrySet()) {
            while (at < slots.size() && !free(slots.get(at), now)) {
                at++;
            }
            Slot slot = new Slot(entry.getKey(), entry.getValue(), true, now);
            if (at < slots.size()) {
                slots.set(at, slot);
            } else {
                slots.add(slot);
            }
            at++;
        }
        List<ProbeTarget> targets = new ArrayList<>();
        List<NodeId> destinations = new ArrayList<>(slots.size());
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            destinations.add(slot.node());
            if (slot.used()) {
                targets.add(new ProbeTarget(i, slot.address()));
            }
        }
        return new Assignment(List.copyOf(targets), List.copyOf(destinations));
    }

    private static boolean free(Slot slot, Instant now) {
        return !slot.used() && slot.freedAt().plus(QUARANTINE).isBefore(now);
    }
}
