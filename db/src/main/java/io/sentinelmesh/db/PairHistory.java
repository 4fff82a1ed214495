package io.sentinelmesh.db;

import java.time.Duration;
import java.util.List;

/**
 * One pair over a while.
 *
 * @param step how long each step is: as asked for, or longer where only a coarser tier goes back so far
 * @param points oldest first; a step without a round is absent
 */
public record PairHistory(Duration step, List<HistoryPoint> points) {

    public PairHistory {
        points = List.copyOf(points);
    }
}
