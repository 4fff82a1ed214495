package io.sentinelmesh.aggregator.roster;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.aggregator.matrix.StateRules;
import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;

/** Every agent ever seen. Called by one thread only (the mesh thread); {@code nowNanos} is {@link System#nanoTime}'s. */
public final class AgentRoster {

    private static final class Entry {
        AgentView view;
        /** Meaningless until it was heard since this process started. */
        long heardNanos;
        boolean heard;
        /** Where a dial-back got to it: for as long as it says that it is there. */
        List<String> reachedAt = List.of();

        Entry(AgentView view) {
            this.view = view;
        }
    }

    private final Map<NodeId, Entry> entries = new LinkedHashMap<>();
    private long version;
    private long peersVersion;

    /** What the database knows: all lost until they come. */
    public void load(List<AgentRecord> records) {
        for (AgentRecord known : records) {
            AgentState state = known.left() ? AgentState.LEFT : AgentState.LOST;
            put(known.node().id(), new AgentView(known.node(), known.softwareVersion(), kindOf(known.rung()),
                    known.rung(), known.remedy(), known.boot(), known.startedAt(), known.lastSeen(), state, 0,
                    Optional.empty()));
        }
    }

    /** The kind is not stored. The rungs below ICMP are called as their kinds; a HELLO corrects a wrong guess within seconds. */
    private static ProbeKind kindOf(String rung) {
        return Arrays.stream(ProbeKind.values()).filter(kind -> kind.label().equals(rung)).findFirst()
                .orElse(ProbeKind.ICMP_ECHO);
    }

    /** A HELLO was taken. */
    public void arrive(Frame.Hello hello, Instant now, long nowNanos) {
        // A link that comes again is the same process, and what it dropped stays dropped.
        long dropped = find(hello.agent().id()).filter(known -> known.boot().equals(hello.boot()))
                .map(AgentView::roundsDropped).orElse(0L);
        Entry entry = put(hello.agent().id(),
                new AgentView(reachedBefore(hello.agent()), hello.softwareVersion(), hello.kind(),
                        hello.rung(), hello.remedy(), hello.boot(), hello.startedAt(), now, AgentState.CONNECTED,
                        dropped,
                        hello.membership()));
        entry.heard = true;
        entry.heardNanos = nowNanos;
    }

    private MeshNode reachedBefore(MeshNode told) {
        Entry known = entries.get(told.id());
        return known != null && told.isBehindNat() && known.reachedAt.equals(told.addresses())
                ? told.with(MeshNode.Reach.DIRECT)
                : told;
    }

    /**
     * A dial-back got to it at an address of its own.
     *
     * @return it, as it is from now on
     */
    public Optional<MeshNode> reached(MeshNode agent) {
        Entry entry = entries.get(agent.id());
        if (entry == null || !entry.view.node().addresses().equals(agent.addresses())) {
            return Optional.empty();
        }
        entry.reachedAt = agent.addresses();
        AgentView view = entry.view;
        if (view.node().isBehindNat()) {
            put(agent.id(), new AgentView(view.node().with(MeshNode.Reach.DIRECT), view.version(), view.kind(),
                    view.rung(), view.remedy(), view.boot(), view.startedAt(), view.lastSeen(), view.state(),
                    view.roundsDropped(), view.membership()));
        }
        return Optional.of(entry.view.node());
    }

    /** @return whether that is news */
    public boolean membership(NodeId id, Frame.Membership told) {
        Entry entry = entries.get(id);
        if (entry == null || entry.view.membership().equals(Optional.of(told))) {
            return false;
        }
        AgentView view = entry.view;
        entry.view = new AgentView(view.node(), view.version(), view.kind(), view.rung(), view.remedy(), view.boot(),
                view.startedAt(), view.lastSeen(), view.state(), view.roundsDropped(), Optional.of(told));
        return true;
    }

    private Entry put(NodeId id, AgentView view) {
        Entry entry = entries.get(id);
        if (entry == null) {
            entry = new Entry(view);
            entries.put(id, entry);
            peersVersion++;
        } else {
            boolean peerBefore = entry.view.state() != AgentState.LEFT;
            boolean peerNow = view.state() != AgentState.LEFT;
            if (peerBefore != peerNow || !entry.view.node().equals(view.node())) {
                peersVersion++;
            }
            entry.view = view;
        }
        version++;
        return entry;
    }

    public void heard(NodeId id, Instant now, long nowNanos) {
        Entry entry = entries.get(id);
        if (entry != null && entry.view.state() != AgentState.LEFT) {
            entry.heard = true;
            entry.heardNanos = nowNanos;
            entry.view = with(entry.view, now, entry.view.state(), entry.view.roundsDropped());
            become(entry, AgentState.CONNECTED);
        }
    }

    public void left(NodeId id) {
        Entry entry = entries.get(id);
        if (entry != null && entry.view.state() != AgentState.LEFT) {
            become(entry, AgentState.LEFT);
            peersVersion++;
        }
    }

    public void roundsDropped(NodeId id, long rounds) {
        Entry entry = entries.get(id);
        if (entry != null) {
            entry.view = with(entry.view, entry.view.lastSeen(), entry.view.state(), rounds);
        }
    }

    /** Agents that fell silent are lost from now on. */
    public void tick(long nowNanos) {
        for (Entry entry : entries.values()) {
            boolean silent = !entry.heard
                    || Duration.ofNanos(nowNanos - entry.heardNanos).compareTo(StateRules.LONGEST_SILENCE) > 0;
            if (silent && entry.view.state() == AgentState.CONNECTED) {
                become(entry, AgentState.LOST);
            }
        }
    }

    private void become(Entry entry, AgentState state) {
        if (entry.view.state() != state) {
            entry.view = with(entry.view, entry.view.lastSeen(), state, entry.view.roundsDropped());
            version++;
        }
    }

    private static AgentView with(AgentView view, Instant lastSeen, AgentState state, long roundsDropped) {
        return new AgentView(view.node(), view.version(), view.kind(), view.rung(), view.remedy(), view.boot(),
                view.startedAt(), lastSeen, state, roundsDropped, view.membership());
    }

    public Optional<AgentView> find(NodeId id) {
        @Nullable
        Entry entry = entries.get(id);
        return entry == null ? Optional.empty() : Optional.of(entry.view);
    }

    /** By name. */
    public List<AgentView> agents() {
        return entries.values().stream().map(entry -> entry.view).sorted(Comparator.comparing(v -> v.node().name()))
                .toList();
    }

    /** Whom agents should measure: everyone who has not said goodbye. One that vanished stays: the loss is the evidence. */
    public List<MeshNode> peers() {
        return entries.values().stream().filter(entry -> entry.view.state() != AgentState.LEFT)
                .map(entry -> entry.view.node()).toList();
    }

    /** Grows whenever something about an agent changes that the stream tells. */
    public long version() {
        return version;
    }

    /** Grows whenever {@link #peers} changes. */
    public long peersVersion() {
        return peersVersion;
    }
}
