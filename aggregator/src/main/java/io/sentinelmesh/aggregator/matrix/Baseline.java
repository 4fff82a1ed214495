package io.sentinelmesh.aggregator.matrix;

import java.util.OptionalInt;

/**
 * A pair's own usual median round-trip delay, which moves so slowly that a bad hour does not become the usual.
 *
 * @param rounds how many rounds it was learnt from
 */
public record Baseline(double micros, int rounds) {

    public static final Baseline UNKNOWN = new Baseline(0, 0);

    static final int NOT_KNOWN = -1;

    /** Before so many rounds it is not used: the first packets of a path pay for address resolution and cold caches. */
    static final int ROUNDS_TO_LEARN = 3;

    /** Per round, as a share of itself: at rounds of 10 s a lasting doubling of the delay is degraded for about 12 minutes, then usual. */
    static final double LARGEST_STEP = 0.01;

    /** Below this a step of one percent would be lost in the clock's own grain, and a baseline near 0 could never grow. */
    private static final double SMALLEST_STEP_MICROS = 0.5;

    /**
     * What a store remembers of the last minutes, so that a restart does not forget what is usual.
     *
     * @param minutes in which something was answered: so many rounds at least
     */
    public static Baseline remembered(int medianMicros, int minutes) {
        return new Baseline(medianMicros, minutes);
    }

    /**
     * @param medianMicros of a round in which nothing was lost
     */
    public Baseline plus(int medianMicros) {
        return new Baseline(moved(micros, rounds, medianMicros), Math.min(rounds + 1, 1_000_000));
    }

    /** Where a baseline learnt from so many rounds stands after one more. */
    static double moved(double micros, int rounds, int medianMicros) {
        if (rounds < ROUNDS_TO_LEARN) {
            return (micros * rounds + medianMicros) / (rounds + 1);
        }
        double step = Math.max(micros * LARGEST_STEP, SMALLEST_STEP_MICROS);
        return Math.clamp(medianMicros, Math.max(0, micros - step), micros + step);
    }

    /** Microseconds; empty while it is being learnt. */
    public OptionalInt known() {
        int known = known(micros, rounds);
        return known == NOT_KNOWN ? OptionalInt.empty() : OptionalInt.of(known);
    }

    /** Microseconds, or {@link #NOT_KNOWN}. */
    static int known(double micros, int rounds) {
        return rounds < ROUNDS_TO_LEARN ? NOT_KNOWN : (int) Math.round(micros);
    }
}
