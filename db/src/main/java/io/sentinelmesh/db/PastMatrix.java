package io.sentinelmesh.db;

import java.time.Duration;
import java.time.Instant;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/** What all pairs looked like at a past instant. */
public interface PastMatrix {

    /**
     * Hands every result whose round covers the instant to the sink as it is read, rounds that began earlier first. A pair may come more than
     * once. If its agent was restarted or its round length changed, the last one is the newest. If two flows of one round measured it, both have the
     * same start and come one after the other for one source and tile: who shows one figure adds them up, as history does.
     * Times older than the raw tier find nothing.
     *
     * @param longestRound how far before the instant a round that covers it may have begun; the shorter, the faster
     */
    void at(ProbeKind kind, Instant instant, Duration longestRound, Sink sink);

    /** Takes results; called by the thread that asked. */
    interface Sink {

        /**
         * @param result valid during the call only
         */
        void result(NodeId source, NodeId destination, long roundStartMillis, Result result);
    }

    /** One pair's round, where the reader stands. */
    interface Result {

        int sent();

        int received();

        /** Nearest rank, in microseconds. Only if something was received. */
        int quantileMicros(double q);
    }
}
