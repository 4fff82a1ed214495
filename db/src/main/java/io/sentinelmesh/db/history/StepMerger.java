package io.sentinelmesh.db.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.HistoryPoint.Delays;

/**
 * Merges rounds to steps. Steps begin at multiples of their length since the epoch, so the same round falls into the same step whatever
 * window is asked for. Counts, minimum and maximum of a step are exact. Its quartiles and median are the weighted medians of its rounds'
 * quartiles and medians, each round weighing as many packets as it answered: exact for a step of one round, otherwise an approximation that
 * lies between the lowest and the highest round's figure. For one thread.
 */
public final class StepMerger {

    private final long stepMillis;
    private final int limit;
    private final List<HistoryPoint> points = new ArrayList<>();
    private final List<Round> open = new ArrayList<>();
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
     * @param round not older than the one before
     * @return false if this round begins a step beyond the limit: the rest need not be read
     */
    public boolean add(Round round) {
        long step = Math.floorDiv(round.start().toEpochMilli(), stepMillis);
        if (!open.isEmpty() && step != openStep) {
            closeStep();
        }
        if (points.size() == limit) {
            return false;
        }
        openStep = step;
        open.add(round);
        return true;
    }

    public List<HistoryPoint> finish() {
        if (!open.isEmpty()) {
            closeStep();
        }
        return List.copyOf(points);
    }

    private void closeStep() {
        long sent = 0;
        long received = 0;
        for (Round round : open) {
            sent += round.sent();
            received += round.received();
        }
        points.add(new HistoryPoint(Instant.ofEpochMilli(openStep * stepMillis), sent, received, mergedDelays()));
        open.clear();
    }

    private Optional<Delays> mergedDelays() {
        List<Round> answered = open.stream().filter(round -> round.delays().isPresent()).toList();
        if (answered.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Delays(
                answered.stream().mapToInt(round -> round.delays().orElseThrow().min()).min().orElseThrow(),
                weightedMedian(answered, Delays::lowerQuartile), weightedMedian(answered, Delays::median),
                weightedMedian(answered, Delays::upperQuartile),
                answered.stream().mapToInt(round -> round.delays().orElseThrow().max()).max().orElseThrow()));
    }

    private static int weightedMedian(List<Round> answered, ToIntFunction<Delays> figure) {
        if (answered.size() == 1) {
            return figure.applyAsInt(answered.getFirst().delays().orElseThrow());
        }
        List<Round> ascending = new ArrayList<>(answered);
        ascending.sort(Comparator.comparingInt(round -> figure.applyAsInt(round.delays().orElseThrow())));
        long half = (answered.stream().mapToLong(Round::received).sum() + 1) / 2;
        long reached = 0;
        for (Round round : ascending) {
            reached += round.received();
            if (reached >= half) {
                return figure.applyAsInt(round.delays().orElseThrow());
            }
        }
        throw new IllegalStateException("rounds with delays, but without answered packets");
    }
}
