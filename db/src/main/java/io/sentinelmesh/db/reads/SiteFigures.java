package io.sentinelmesh.db.reads;

import java.util.Optional;

/**
 * What all pairs of a site came to over a window, from it or to it.
 *
 * @param pairs that have a result
 * @param pairsWithData of these, to which something was sent
 * @param delays of every answered packet together; empty if there was none
 */
public record SiteFigures(int pairs, int pairsWithData, long sent, long received, Optional<DelayFigures> delays) {

    public static final SiteFigures NONE = new SiteFigures(0, 0, 0, 0, Optional.empty());

    /** 0.0 to 1.0, or NaN where nothing was sent. */
    public double lossRatio() {
        return sent == 0 ? Double.NaN : (double) (sent - received) / sent;
    }
}
