package io.sentinelmesh.db.postgres;

import java.time.Instant;
import java.util.Collection;

import io.sentinelmesh.db.StoreFlavour;

/** How one table is cut along time: days that come and go as a whole. */
interface Partitions {

    static Partitions of(Cut cut, StoreFlavour flavour, Transactions transactions) {
        return switch (flavour) {
            case PLAIN -> new DayPartitions(transactions, cut);
            case APACHE, COMMUNITY -> new HypertableChunks(transactions, cut);
        };
    }

    /** Makes room for rows at these times, unless there is. */
    void require(Collection<Instant> times);

    /** Drops the days that ended before an instant, as far as readers let it: what is in use goes the next time. */
    void dropBefore(Instant oldest);
}
