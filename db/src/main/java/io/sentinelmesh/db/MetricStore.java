package io.sentinelmesh.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.db.metric.MetricHistory;
import io.sentinelmesh.db.metric.MetricQuery;

/**
 * The figures of hosts. They come in with the batches ({@link MeasurementStore#append}), in the same transaction. Every method blocks and may be
 * called from any thread that may block.
 */
public interface MetricStore {

    /** Series of one agent that are remembered; figures of further ones are left out and counted. */
    int MOST_SERIES_OF_AGENT = 10_000;

    /**
     * The series that a query names, in the order of their labels. It reads the coarsest tier that fits the step, and finer ones for the time
     * that is not rolled up yet.
     *
     * @return empty if there would be more points than the query permits
     */
    Optional<List<MetricHistory>> history(MetricQuery query);

    /**
     * Makes the minutes and hours that have ended, and makes those again that something came late for. What one call does not get done the
     * next one does; several processes may call.
     *
     * @return how many minutes and hours of agents were made
     */
    int rollUp(Instant now);

    /** Figures that could not be stored since this store was opened: too old, too far ahead, or of too many series. */
    long leftOut();
}
