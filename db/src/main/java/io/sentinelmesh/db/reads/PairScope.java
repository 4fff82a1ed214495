package io.sentinelmesh.db.reads;

import java.util.Optional;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** Which pairs a question is about; what is empty does not matter. */
public record PairScope(Optional<String> sourceSite, Optional<String> destinationSite, Optional<NodeId> source,
        Optional<NodeId> destination) {

    public static final PairScope EVERYTHING = new PairScope(Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty());

    public boolean hasSource(MeshNode node) {
        return matches(node, sourceSite, source);
    }

    public boolean hasDestination(MeshNode node) {
        return matches(node, destinationSite, destination);
    }

    private static boolean matches(MeshNode node, Optional<String> site, Optional<NodeId> id) {
        return (site.isEmpty() || site.get().equals(node.site())) && (id.isEmpty() || id.get().equals(node.id()));
    }
}
