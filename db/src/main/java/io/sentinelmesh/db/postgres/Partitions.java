package io.sentinelmesh.db.postgres;

import java.time.Instant;
import java.util.Collection;

/** How a table of tiles is cut along time: days that come and go as a whole. */
interface Partitions {

    /** Makes room for rounds at these times, unless there is. */
    void require(Collection<Instant> times);

    /** Drops the days that ended before an instant, as far as readers let it: what is in use goes the next time. */
    void dropBefore(Instant oldest);
}
