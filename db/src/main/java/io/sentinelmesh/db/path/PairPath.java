package io.sentinelmesh.db.path;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;

/**
 * A pair took this path from one moment on, until the one after it began.
 *
 * @param since when the first trace that saw it began
 * @param lastSeen of its traces: exact to {@link PathJudge#SEEN_AGAIN} while nothing changes
 * @param path what all its traces know together
 * @param target the address that was traced, {@code flow} by which source port, as of the newest trace that brought news
 * @param outcome of the newest trace
 * @param labels of the newest trace that brought news
 * @param restless how often another path took this one's place without a line of its own, because changes were too many
 */
public record PairPath(Instant since, Instant lastSeen, Path path, InetAddress target, int flow, TraceOutcome outcome,
        SortedMap<Integer, List<Integer>> labels, int restless) {

    /** Of the first trace that saw it. */
    static PairPath of(PathTrace trace) {
        return new PairPath(trace.at(), trace.at(), trace.path(), trace.target(), trace.flow(), trace.outcome(),
                trace.labels(), 0);
    }

    /** Seen by this trace too, which knows it as this path. */
    PairPath seen(PathTrace trace, Path known, int changesUntold) {
        return new PairPath(since, trace.at(), known, trace.target(), trace.flow(), trace.outcome(), trace.labels(),
                restless + changesUntold);
    }
}
