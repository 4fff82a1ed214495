package io.sentinelmesh.db.tile;

/**
 * Which delays of a round a tile keeps: all up to 33; of more answers, the quantiles 0, 1/32, … 1 by nearest rank, so that minimum, quartiles
 * and maximum are always delays that were measured.
 */
final class KeptRanks {

    static final int MOST = 33;
    private static final int INTERVALS = MOST - 1;

    private KeptRanks() {
    }

    /** How many delays are kept of so many. */
    static int count(int received) {
        return Math.min(received, MOST);
    }

    /** The rank, from 1, of a kept delay. */
    static int rank(int received, int point) {
        return received <= MOST ? point + 1 : Math.max(1, Math.ceilDiv(point * received, INTERVALS));
    }

    /** How many packets a kept delay stands for: those between the kept one before it and itself. */
    static int weight(int received, int point) {
        return received <= MOST || point == 0 ? 1 : rank(received, point) - rank(received, point - 1);
    }

    /** The first kept delay whose rank is not below this one. */
    static int pointOf(int received, int rank) {
        if (received <= MOST || rank <= 1) {
            return rank - 1;
        }
        return INTERVALS * (rank - 1) / received + 1;
    }

    /** The nearest rank of a quantile, from 1 (as RoundTripDelays has it). */
    static int nearest(long received, double q) {
        return (int) Math.max(1, (long) Math.ceil(q * received));
    }
}
