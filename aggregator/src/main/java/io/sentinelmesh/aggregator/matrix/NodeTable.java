package io.sentinelmesh.aggregator.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.NodeIdTable;

/** Every node there is, each with a small number that it keeps for as long as the aggregator runs. */
public final class NodeTable {

    /** The stream's index is 16 bits wide (docs/stream.md). */
    public static final int MOST_NODES = 1 << 16;

    private final List<MeshNode> nodes = new ArrayList<>();
    private final NodeIdTable indices = new NodeIdTable();
    private long version;

    /**
     * Enters a node, or takes over what changed about it.
     *
     * @return its index, or empty if the table is full
     */
    public OptionalInt enter(MeshNode node) {
        int known = indices.get(node.id());
        if (known != NodeIdTable.ABSENT) {
            if (!nodes.get(known).equals(node)) {
                nodes.set(known, node);
                version++;
            }
            return OptionalInt.of(known);
        }
        if (nodes.size() == MOST_NODES) {
            return OptionalInt.empty();
        }
        indices.put(node.id(), nodes.size());
        nodes.add(node);
        version++;
        return OptionalInt.of(nodes.size() - 1);
    }

    public OptionalInt indexOf(NodeId id) {
        int index = indices.get(id);
        return index == NodeIdTable.ABSENT ? OptionalInt.empty() : OptionalInt.of(index);
    }

    public MeshNode node(int index) {
        return nodes.get(index);
    }

    public int size() {
        return nodes.size();
    }

    /** In the order of their indices. */
    public List<MeshNode> nodes() {
        return List.copyOf(nodes);
    }

    /** Grows whenever a node appears or changes. */
    public long version() {
        return version;
    }
}
