package io.sentinelmesh.aggregator.matrix;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;

/** One pair in the live matrix, with what judging needs. */
final class LiveCell {

    private final ProbeKind kind;
    private CellFigures figures;
    private RecentFates recent = RecentFates.NONE;
    private Baseline baseline;
    private CellState state = CellState.NO_DATA;
    private Instant at = Instant.EPOCH;
    private long learntNanos;

    LiveCell(ProbeKind kind, Baseline baseline, long nowNanos) {
        this.kind = kind;
        this.baseline = baseline;
        this.figures = new CellFigures(0, 0, 0, 0, 0);
        this.learntNanos = nowNanos;
    }

    ProbeKind kind() {
        return kind;
    }

    CellState state() {
        return state;
    }

    Baseline baseline() {
        return baseline;
    }

    /** @return whether anyone looking would see a difference */
    boolean report(LiveRow.Cell told, Instant at, Duration roundLength, boolean impaired, long nowNanos) {
        CellFigures before = figures;
        this.figures = CellFigures.of(told.latest());
        this.recent = told.recent();
        this.at = at;
        if (!impaired) {
            learn(roundLength, nowNanos);
        }
        return judge(true, impaired) || !figures.equals(before);
    }

    /** Once per round, and only from rounds without loss: what an impaired path takes is not what is usual for it. */
    private void learn(Duration roundLength, long nowNanos) {
        if (nowNanos - learntNanos >= roundLength.toNanos() && figures.answered() && figures.lost() == 0) {
            baseline = baseline.plus(figures.medianMicros());
            learntNanos = nowNanos;
        }
    }

    /** @return whether the state changed */
    boolean judge(boolean fresh, boolean impaired) {
        CellState before = state;
        state = StateRules.judge(fresh, impaired, figures, recent, baseline.known());
        return state != before;
    }

    Cell toCell(int source, int destination) {
        OptionalInt known = baseline.known();
        return new Cell(source, destination, state, kind, figures, known, at);
    }
}
