package io.sentinelmesh.measurement;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One source's newest view of its destinations, sent every second and at once when a pair's fate turns. Never stored; may be lost.
 *
 * @param at when the source took this view, by its own wall clock
 * @param roundLength how much time the newest round's worth of packets covers
 */
public record LiveRow(NodeId source, ProbeKind kind, Instant at, Duration roundLength, List<Cell> cells) {

    /**
     * @param latest the newest round's worth of test packets whose fate is known: a window that slides with every packet, so that a cell
     *            never falls back to "one packet sent" when a round begins
     * @param recent the fates of the newest packets, which reach back further than a round
     */
    public record Cell(PairResult latest, RecentFates recent) {
    }

    public LiveRow {
        cells = List.copyOf(cells);
        MatrixRow.requireRound(roundLength);
    }
}
