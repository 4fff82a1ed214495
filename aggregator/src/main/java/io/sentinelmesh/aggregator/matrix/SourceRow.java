package io.sentinelmesh.aggregator.matrix;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** One source's cells by destination index, and how fresh they are. */
final class SourceRow {

    final Map<Integer, LiveCell> cells = new HashMap<>();
    private long heardNanos;
    private long reportedNanos;
    private Duration roundLength = Duration.ofSeconds(10);
    private boolean fresh;
    private boolean impaired;

    SourceRow(long nowNanos) {
        heardNanos = nowNanos;
        reportedNanos = nowNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** @return whether cells that it did not name are to be judged anew, too */
    boolean reported(long nowNanos, Duration roundLength, boolean impaired) {
        boolean otherwise = !fresh || this.impaired != impaired;
        this.heardNanos = nowNanos;
        this.reportedNanos = nowNanos;
        this.roundLength = roundLength;
        this.fresh = true;
        this.impaired = impaired;
        return otherwise;
    }

    long reportedNanos() {
        return reportedNanos;
    }

    boolean fresh() {
        return fresh;
    }

    boolean impaired() {
        return impaired;
    }

    /** @return whether the row went from fresh to stale or back */
    boolean refreshed(long nowNanos) {
        boolean before = fresh;
        fresh = StateRules.fresh(Duration.ofNanos(nowNanos - heardNanos), Duration.ofNanos(nowNanos - reportedNanos),
                roundLength);
        return fresh != before;
    }
}
