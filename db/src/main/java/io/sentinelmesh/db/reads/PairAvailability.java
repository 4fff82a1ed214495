package io.sentinelmesh.db.reads;

import io.sentinelmesh.measurement.MeshNode;

/**
 * How one pair kept what was promised.
 *
 * @param sent outside maintenance, as is {@code received}
 */
public record PairAvailability(MeshNode source, MeshNode destination, long sent, long received, SlotCounts slots) {
}
