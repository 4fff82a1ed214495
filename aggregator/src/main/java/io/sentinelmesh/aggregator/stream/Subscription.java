package io.sentinelmesh.aggregator.stream;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.sentinelmesh.aggregator.matrix.KindChoice;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.vertx.core.MultiMap;

/**
 * Which part of the matrix a client wants (docs/stream.md).
 *
 * @param sites cells whose source or destination is in one of them; empty: all
 * @param pair the cells between these two, both ways; empty: all
 */
record Subscription(KindChoice kind, Set<String> sites, Optional<Pair> pair) {

    static final Subscription EVERYTHING = new Subscription(KindChoice.SHOWN, Set.of(), Optional.empty());

    static final int MOST_SITES = 64;

    record Pair(NodeId one, NodeId other) {
    }

    Subscription {
        sites = Set.copyOf(sites);
    }

    /**
     * @throws IllegalArgumentException with what to write instead
     */
    static Subscription of(MultiMap query) {
        KindChoice kind = Optional.ofNullable(query.get("kind")).map(Subscription::kind).orElse(KindChoice.SHOWN);
        Set<String> sites = new TreeSet<>(query.getAll("site"));
        if (sites.size() > MOST_SITES) {
            throw new IllegalArgumentException("at most " + MOST_SITES + " sites, not " + sites.size());
        }
        Optional<NodeId> source = Optional.ofNullable(query.get("source")).map(NodeId::parse);
        Optional<NodeId> destination = Optional.ofNullable(query.get("destination")).map(NodeId::parse);
        if (source.isPresent() != destination.isPresent()) {
            throw new IllegalArgumentException("source and destination go together: one pair, watched both ways");
        }
        return new Subscription(kind, sites, source.map(from -> new Pair(from, destination.orElseThrow())));
    }

    private static KindChoice kind(String label) {
        for (ProbeKind kind : ProbeKind.values()) {
            if (kind.label().equals(label)) {
                return KindChoice.only(kind);
            }
        }
        throw new IllegalArgumentException("there is no kind '" + label + "'; known are "
                + List.of(ProbeKind.values()).stream().map(ProbeKind::label).toList());
    }

    /** The nodes that it is about, by index; everything between and around them is told, or for a pair what is between them. */
    Optional<BitSet> chosen(List<MeshNode> nodes) {
        if (sites.isEmpty() && pair.isEmpty()) {
            return Optional.empty();
        }
        BitSet chosen = new BitSet();
        for (int i = 0; i < nodes.size(); i++) {
            MeshNode node = nodes.get(i);
            boolean named = pair.isEmpty() || pair.get().one.equals(node.id()) || pair.get().other.equals(node.id());
            chosen.set(i, named && (sites.isEmpty() || pair.isPresent() || sites.contains(node.site())));
        }
        return Optional.of(chosen);
    }

    /** Whether cells from a chosen node to others, and from others to a chosen one, are told, too. */
    boolean around() {
        return pair.isEmpty();
    }
}
