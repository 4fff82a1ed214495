package io.sentinelmesh.db;

import java.time.Duration;
import java.util.List;

import io.sentinelmesh.db.path.PairPath;
import io.sentinelmesh.db.path.PathQuery;
import io.sentinelmesh.measurement.NodeId;

/**
 * Which ways packets took. Filled by {@link MeasurementStore#append}: what a trace says of its pair is judged there, and a change is noted as
 * an event in the same transaction. Every method blocks and may be called from any thread that may block.
 */
public interface PathStore {

    /** Not seen for so long, a path is forgotten. */
    Duration KEPT = EventLog.KEPT;
    /** Beyond it the oldest of those that are over are forgotten before their time: about a gigabyte. */
    int MOST_PATHS = 5_000_000;

    /** The paths of one pair, the newest first. */
    List<PairPath> page(PathQuery query);

    /** The newest one of a pair: at most one. */
    List<PairPath> newest(NodeId source, NodeId destination);

    /** Traces that were left out since this store was opened: too old, too far ahead, or older than what was known. */
    long leftOut();
}
