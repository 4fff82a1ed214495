package io.sentinelmesh.db.reads;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MeshNode;

/**
 * Reads the results of many pairs at once, from the coarsest tier that fits; counts, sums, minimum and maximum are those of the rounds, exactly, whatever
 * is summed up by now, and quantiles are off by at most 1.6 % ({@link DelaySketch}). Every method blocks and may be called from any thread that
 * may block.
 */
public interface MeshReads {

    /** One question takes no longer, in the database and in reading what it sends. */
    Duration LONGEST_READ = Duration.ofSeconds(20);

    /** Questions at a time: each may read gigabytes, and those who store must not wait for them. */
    int MOST_AT_ONCE = 2;

    /** Everyone who was ever a source or a destination, in any order. */
    List<MeshNode> nodes();

    /** How far back each tier goes. */
    Retention retention();

    /**
     * The window that is read when this one is asked for: whole minutes, and whole hours where minutes are not kept any more or the slots are
     * hours. Both ends move back to the next whole one, so that what is still being measured is left out.
     */
    Window fitted(Window asked, Slot slot);

    /**
     * Hands the results of each pair to the sink: a source at a time, and of a pair the first window before the second, earlier slots before later ones.
     * A pair without a result in a slot is not handed over there.
     *
     * @param query with {@link #fitted} windows
     * @throws UnanswerableException if that takes longer than {@link #LONGEST_READ}
     */
    void read(PairQuery query, Sink sink);

    /** Takes what is read; called by the thread that asked. */
    interface Sink {

        /**
         * @param window which of the query's, from 0
         * @param slot its start; that of the window if slots are windows
         * @param results valid during the call only
         */
        void pair(MeshNode source, MeshNode destination, int window, Instant slot, DelaySketch results);
    }
}
