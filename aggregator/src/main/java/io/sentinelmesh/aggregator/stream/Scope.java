package io.sentinelmesh.aggregator.stream;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.MeshNode;

/**
 * A {@link Subscription} by the indexes of the nodes that there are now.
 *
 * @param chosen empty: all
 * @param nodes how many there were
 */
record Scope(Optional<BitSet> chosen, boolean around, int nodes) {

    static Scope of(Subscription wanted, List<MeshNode> nodes) {
        return new Scope(wanted.chosen(nodes), wanted.around(), nodes.size());
    }

    /** Leaves of a source's destinations those that are told. */
    void confine(int source, BitSet destinations) {
        if (chosen.isPresent() && !(around && chosen.get().get(source))) {
            if (around || chosen.get().get(source)) {
                destinations.and(chosen.get());
            } else {
                destinations.clear();
            }
        }
    }

    /** Whether the source's age is told: of a site's view that is everybody's, for all of them measure towards it. */
    boolean tells(int source) {
        return chosen.isEmpty() || around || chosen.get().get(source);
    }

    /** Whether nothing told before would be told otherwise under this one: nodes came, but none that was there moved. */
    boolean extendedBy(Scope later) {
        if (chosen.isEmpty() || later.chosen.isEmpty()) {
            return chosen.equals(later.chosen);
        }
        BitSet before = (BitSet) later.chosen.get().clone();
        before.clear(nodes, Math.max(nodes, before.length()));
        return before.equals(chosen.get());
    }
}
