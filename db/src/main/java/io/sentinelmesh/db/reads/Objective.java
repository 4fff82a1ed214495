package io.sentinelmesh.db.reads;

import java.util.OptionalInt;

import io.sentinelmesh.db.tile.DelaySketch;

/**
 * What was promised of a pair.
 *
 * @param mostLossRatio 0.0 to 1.0; met also when exactly so much was lost
 * @param mostMedianMicros of the round-trip delay; empty: any
 */
public record Objective(double mostLossRatio, OptionalInt mostMedianMicros) {

    public Objective {
        if (!(mostLossRatio >= 0 && mostLossRatio <= 1)) {
            throw new IllegalArgumentException("a loss ratio lies between 0 and 1, not at " + mostLossRatio);
        }
    }

    /** Only if something was sent: without a packet nothing is known. What answered nothing has no delay that could be met. */
    boolean met(DelaySketch results) {
        long lost = results.sent() - results.received();
        if ((double) lost / results.sent() > mostLossRatio) {
            return false;
        }
        return mostMedianMicros.isEmpty()
                || (results.received() > 0 && results.quantileMicros(0.5) <= mostMedianMicros.getAsInt());
    }
}
