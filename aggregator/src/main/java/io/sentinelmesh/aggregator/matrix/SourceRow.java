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

    SourceRow(long nowNanos) {
        heardNanos = nowNanos;
        reportedNanos = nowNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    void reported(long nowNanos, Duration roundLength) {
        this.heardNanos = nowNanos;
        this.reportedNanos = nowNanos;
        this.roundLength = roundLength;
        this.fresh = true;
    }

    long reportedNanos() {
        return reportedNanos;
    }

    boolean fresh() {
        return fresh;
    }

    /** @return whether the row went from fresh to stale or back */
    boolean refreshed(long nowNanos) {
        boolean before = fresh;
        fresh = StateRules.fresh(Duration.ofNanos(nowNanos - heardNanos), Duration.ofNanos(nowNanos - reportedNanos),
                roundLength);
        return fresh != before;
    }
}
