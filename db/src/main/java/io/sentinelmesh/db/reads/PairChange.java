package io.sentinelmesh.db.reads;

/** One pair in two windows. */
public record PairChange(PairFigures before, PairFigures now) {

    /** -1 to 1: how much more of what was sent was lost. */
    public double lossRatioChange() {
        return now.lossRatio() - before.lossRatio();
    }

    /** How many times the median delay of before it is now; NaN unless something was answered in both. */
    public double delayFactor() {
        return before.delays().isEmpty() || now.delays().isEmpty()
                ? Double.NaN
                : Math.max(1.0, now.delays().get().median()) / Math.max(1.0, before.delays().get().median());
    }
}
