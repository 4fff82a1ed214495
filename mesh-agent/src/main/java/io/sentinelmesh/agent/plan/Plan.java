package io.sentinelmesh.agent.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** What this agent probes: at present every known peer and every endpoint of its own. A pure function of what it is given. */
public final class Plan {

    /** The cell's index travels in 16 bits to the screen, and one engine is not meant for more. */
    public static final int MAX_DESTINATIONS = 10_000;

    private Plan() {
    }

    /**
     * The destinations in a fixed order (by id), so that every agent with the same knowledge plans alike.
     *
     * @return at most {@link #MAX_DESTINATIONS}
     */
    public static List<MeshNode> destinations(NodeId self, Collection<MeshNode> peers,
            Collection<MeshNode> endpoints) {
        Map<NodeId, MeshNode> byId = new LinkedHashMap<>();
        for (MeshNode endpoint : endpoints) {
            byId.put(endpoint.id(), endpoint);
        }
        for (MeshNode peer : peers) {
            if (!peer.id().equals(self)) {
                byId.put(peer.id(), peer);
            }
        }
        List<MeshNode> ordered = new ArrayList<>(byId.values());
        ordered.sort(Comparator.comparing(MeshNode::id));
        return List.copyOf(ordered.subList(0, Math.min(ordered.size(), MAX_DESTINATIONS)));
    }
}
