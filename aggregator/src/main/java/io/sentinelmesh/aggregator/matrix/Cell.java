package io.sentinelmesh.aggregator.matrix;

import java.time.Instant;
import java.util.OptionalInt;

import io.sentinelmesh.measurement.ProbeKind;

/**
 * One directed pair as it is now.
 *
 * @param source index in the {@link NodeTable}, as is {@code destination}
 * @param baselineMicros the pair's own usual median; empty while it is being learnt
 * @param at when the source took this view, by its own clock
 */
public record Cell(int source, int destination, CellState state, ProbeKind kind, CellFigures figures,
        OptionalInt baselineMicros, Instant at) {
}
