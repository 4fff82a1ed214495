package io.sentinelmesh.db.reads;

/**
 * How the slots of a window were.
 *
 * @param noData slots in which nothing was sent: neither met nor missed
 * @param excluded slots that lie in maintenance, even in part: whatever was measured then does not count
 */
public record SlotCounts(long met, long missed, long noData, long excluded) {

    public static final SlotCounts NONE = new SlotCounts(0, 0, 0, 0);

    /** Share of the slots with data that met the objective, 0.0 to 1.0, or NaN if there is none. */
    public double availability() {
        return met + missed == 0 ? Double.NaN : (double) met / (met + missed);
    }

    public SlotCounts plus(SlotCounts other) {
        return new SlotCounts(met + other.met, missed + other.missed, noData + other.noData,
                excluded + other.excluded);
    }
}
