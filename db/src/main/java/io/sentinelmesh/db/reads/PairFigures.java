package io.sentinelmesh.db.reads;

import java.util.Optional;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MeshNode;

/**
 * What one pair came to over a window.
 *
 * @param delays empty if nothing was answered
 */
public record PairFigures(MeshNode source, MeshNode destination, long sent, long received,
        Optional<DelayFigures> delays) {

    static PairFigures of(MeshNode source, MeshNode destination, DelaySketch results) {
        return new PairFigures(source, destination, results.sent(), results.received(), DelayFigures.of(results));
    }

    /** 0.0 to 1.0, or NaN where nothing was sent. */
    public double lossRatio() {
        return sent == 0 ? Double.NaN : (double) (sent - received) / sent;
    }
}
