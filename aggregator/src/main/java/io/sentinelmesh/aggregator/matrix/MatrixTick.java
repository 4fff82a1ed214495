package io.sentinelmesh.aggregator.matrix;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import io.sentinelmesh.measurement.ProbeKind;

/**
 * Where something changed since the last tick; what is there now, the matrix tells.
 *
 * @param changed by source, ascending
 * @param rows of the sources that reported since the last tick, or have left
 */
public record MatrixTick(List<ChangedRow> changed, List<RowAge> rows) {

    /**
     * @param shown destinations whose shown cell looks different, or went
     * @param byKind the same for the cells of each kind
     */
    public record ChangedRow(int source, BitSet shown, Map<ProbeKind, BitSet> byKind) {

        /** Empty if no cell of that choice changed. */
        public Optional<BitSet> of(KindChoice choice) {
            BitSet bits = choice.only().isEmpty() ? shown : byKind.get(choice.only().get());
            return Optional.ofNullable(bits).filter(some -> !some.isEmpty());
        }
    }

    /**
     * @param ageMillis empty if the source reports no more
     */
    public record RowAge(int source, OptionalLong ageMillis) {
    }

    public boolean idle() {
        return changed.isEmpty() && rows.isEmpty();
    }
}
