package io.sentinelmesh.db.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.PeriodTileReader;
import io.sentinelmesh.db.tile.RoundTileReader;

/**
 * Merges rounds, and periods that are rounds merged before, to steps. Steps begin at multiples of their length since the epoch, so the same round
 * falls into the same step whatever window is asked for. Counts, mean, minimum and maximum of a step are exact. Its quartiles and median are
 * exact for a step of one round, otherwise those of a {@link DelaySketch}: off by at most 1.6 %. For one thread.
 */
public final class StepMerger {

    private final long stepMillis;
    private final int limit;
    private final List<HistoryPoint> points = new ArrayList<>();
    private final DelaySketch open = new DelaySketch();
    /** Of the first round of the open step that was answered. */
    private Optional<Delays> single = Optional.empty();
    private int answeredParts;
    private long openStep;

    /**
     * @param step whole milliseconds, at least one
     * @param limit the most steps to return
     */
    public StepMerger(Duration step, int limit) {
        stepMillis = step.toMillis();
        this.limit = limit;
        if (stepMillis < 1 || limit < 1) {
            throw new IllegalArgumentException("step and limit must be positive, not " + step + " and " + limit);
        }
    }

    /**
     * @param startMillis of the round; not before the one added last
     * @param result where the reader stands
     * @return false if this round begins a step beyond the limit: the rest need not be read
     */
    public boolean add(long startMillis, RoundTileReader result) {
        if (!begin(startMillis)) {
            return false;
        }
        open.add(result);
        if (result.received() > 0) {
            single = answeredParts == 0 ? Optional.of(result.delays()) : Optional.empty();
            answeredParts++;
        }
        return true;
    }

    /** As {@link #add(long, RoundTileReader)}, for a period of many rounds; a cell without result adds nothing. */
    public boolean add(long startMillis, PeriodTileReader tile, int cell) {
        if (!begin(startMillis)) {
            return false;
        }
        if (tile.addTo(open, cell)) {
            answeredParts++;
            single = Optional.empty();
        }
        return true;
    }

    private boolean begin(long startMillis) {
        long step = Math.floorDiv(startMillis, stepMillis);
        if (!open.isEmpty() && step != openStep) {
            closeStep();
        }
        openStep = step;
        return points.size() < limit;
    }

    public List<HistoryPoint> finish() {
        if (!open.isEmpty()) {
            closeStep();
        }
        return List.copyOf(points);
    }

    private void closeStep() {
        points.add(new HistoryPoint(Instant.ofEpochMilli(openStep * stepMillis), open.sent(), open.received(),
                single.isPresent() ? single : open.delays()));
        open.clear();
        single = Optional.empty();
        answeredParts = 0;
    }
}
