package io.sentinelmesh.measurement;

import java.util.Arrays;

/** The round-trip delays (RFC 2681) of the packets of one round that were answered, ascending, in whole microseconds. Immutable. */
public final class RoundTripDelays {

    public static final RoundTripDelays NONE = new RoundTripDelays(new int[0]);

    private final int[] ascendingMicros;

    private RoundTripDelays(int[] ascendingMicros) {
        this.ascendingMicros = ascendingMicros;
    }

    /**
     * @param micros in any order; copied
     * @throws IllegalArgumentException if one is negative
     */
    public static RoundTripDelays ofMicros(int... micros) {
        int[] sorted = micros.clone();
        Arrays.sort(sorted);
        if (sorted.length > 0 && sorted[0] < 0) {
            throw new IllegalArgumentException("negative round-trip delay: " + sorted[0] + " us");
        }
        return sorted.length == 0 ? NONE : new RoundTripDelays(sorted);
    }

    /**
     * @param micros ascending; taken over, so not to be changed any more
     * @throws IllegalArgumentException if one is negative or less than the one before it
     */
    public static RoundTripDelays ofAscendingMicros(int[] micros) {
        int before = 0;
        for (int delay : micros) {
            if (delay < before) {
                throw new IllegalArgumentException("round-trip delays that are not ascending from 0: " + delay
                        + " us after " + before + " us");
            }
            before = delay;
        }
        return micros.length == 0 ? NONE : new RoundTripDelays(micros);
    }

    /** How many test packets were answered. */
    public int count() {
        return ascendingMicros.length;
    }

    public boolean isEmpty() {
        return ascendingMicros.length == 0;
    }

    /**
     * @param index 0 is the shortest delay
     */
    public int micros(int index) {
        return ascendingMicros[index];
    }

    /**
     * The delay that a share {@code q} of the answered packets did not exceed (nearest rank, so always one that was measured).
     *
     * @param q 0.0 (the minimum) to 1.0 (the maximum)
     * @throws IllegalStateException if no packet was answered: there is no delay to speak of
     */
    public int quantileMicros(double q) {
        if (ascendingMicros.length == 0) {
            throw new IllegalStateException("no packet was answered, so there is no delay");
        }
        if (!(q >= 0.0 && q <= 1.0)) {
            throw new IllegalArgumentException("a quantile lies between 0 and 1, not at " + q);
        }
        int rank = (int) Math.ceil(q * ascendingMicros.length);
        return ascendingMicros[Math.max(rank, 1) - 1];
    }

    public int minMicros() {
        return quantileMicros(0.0);
    }

    public int medianMicros() {
        return quantileMicros(0.5);
    }

    public int maxMicros() {
        return quantileMicros(1.0);
    }

    public int[] toMicros() {
        return ascendingMicros.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RoundTripDelays that && Arrays.equals(ascendingMicros, that.ascendingMicros);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ascendingMicros);
    }

    @Override
    public String toString() {
        return Arrays.toString(ascendingMicros) + " us";
    }
}
