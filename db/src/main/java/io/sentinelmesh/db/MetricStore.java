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

    /** Lasting series of one agent that are remembered; figures of further ones are left out and counted. */
    int MOST_SERIES_OF_AGENT = 10_000;
    /**
     * The same of what is soon gone, such as processes. A host whose five largest processes are others each five minutes makes 4,300 a day, and they
     * are remembered for nine days.
     */
    int MOST_PASSING_SERIES_OF_AGENT = 40_000;
    /** Larger ones, either way, are left out and counted: a sum over all readings of an hour must stay a number (float8 ends at 1.8e308). */
    double LARGEST_FIGURE = 1e300;

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

    /** How often a minute or hour of an agent could not be made by itself, and was set aside for a while, since this store was opened. */
    long setAside();

    /** Figures that could not be stored since this store was opened: too old, too far ahead, too large, or of too many series. */
    long leftOut();
}
