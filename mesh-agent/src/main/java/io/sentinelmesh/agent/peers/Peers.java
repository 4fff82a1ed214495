package io.sentinelmesh.agent.peers;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/**
 * Puts together what the registry, the aggregator and the last run know of other agents. A peer that merely falls silent stays: that its
 * packets go unanswered is the evidence. Plain object, one thread.
 */
public final class Peers {

    private final NodeId self;
    private final Map<NodeId, MeshNode> remembered;
    private final Map<NodeId, MeshNode> registered = new LinkedHashMap<>();
    private final Set<NodeId> left = new HashSet<>();
    /** Listed anew, and the registry has not been heard to have them since: a goodbye found there is that of their last run. */
    private final Set<NodeId> back = new HashSet<>();
    private Optional<Map<NodeId, MeshNode>> told = Optional.empty();
    private boolean linked;

    /**
     * @param remembered the peers of the last run: probed until the aggregator's list says otherwise
     */
    public Peers(NodeId self, Collection<MeshNode> remembered) {
        this.self = self;
        this.remembered = byId(remembered);
    }

    /** The registry has this agent. */
    public void registered(MeshNode agent) {
        registered.put(agent.id(), agent);
        left.remove(agent.id());
        back.remove(agent.id());
    }

    /** An agent said goodbye in the registry. */
    public void left(NodeId agent) {
        registered.remove(agent);
        if (!back.contains(agent)) {
            left.add(agent);
        }
    }

    /** The aggregator's list of all agents that have not left; replaces the one before. */
    public void told(Collection<MeshNode> agents) {
        Map<NodeId, MeshNode> now = byId(agents);
        // Newly listed: it came back after a goodbye that the registry may still show.
        for (NodeId id : now.keySet()) {
            if (told.isEmpty() || !told.get().containsKey(id)) {
                left.remove(id);
                told.ifPresent(_ -> back.add(id));
            }
        }
        back.retainAll(now.keySet());
        // No longer listed: it left, even if the registry did not get to know.
        told.ifPresent(before -> before.keySet().forEach(id -> {
            if (!now.containsKey(id)) {
                registered.remove(id);
            }
        }));
        told = Optional.of(now);
        linked = true;
    }

    /** The aggregator is away: what it told is still good, and newcomers may be in the registry. */
    public void unlinked() {
        linked = false;
    }

    /** Every peer to be measured, by id, without this agent itself. */
    public List<MeshNode> known() {
        Map<NodeId, MeshNode> all = new TreeMap<>(told.orElse(remembered));
        // An agent knows its own address first, so its own entry wins. But while the aggregator tells who is in the mesh, the
        // registry brings in nobody: whom the aggregator refuses may have written itself there all the same.
        registered.forEach((id, agent) -> {
            if (!linked || all.containsKey(id)) {
                all.put(id, judged(agent));
            }
        });
        all.keySet().removeAll(left);
        all.remove(self);
        return List.copyOf(all.values());
    }

    /** An agent knows its addresses best, but not how it looks from outside. */
    private MeshNode judged(MeshNode agent) {
        MeshNode seen = told.orElse(remembered).get(agent.id());
        return seen != null && agent.reach() == MeshNode.Reach.UNKNOWN && seen.addresses().equals(agent.addresses())
                ? agent.with(seen.reach())
                : agent;
    }

    /** What the aggregator found out about this agent itself. */
    public MeshNode.Reach ownReach() {
        MeshNode own = told.orElse(remembered).get(self);
        return own == null ? MeshNode.Reach.UNKNOWN : own.reach();
    }

    private static Map<NodeId, MeshNode> byId(Collection<MeshNode> nodes) {
        Map<NodeId, MeshNode> map = new LinkedHashMap<>();
        nodes.forEach(node -> map.put(node.id(), node));
        return map;
    }
}
