package io.sentinelmesh.aggregator;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

import io.sentinelmesh.db.PathStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.path.PairPath;
import io.sentinelmesh.db.path.PathJudge;
import io.sentinelmesh.db.path.PathQuery;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;

/** What the batches say, judged as the real one does; remembers of each pair as much as is needed for that. */
final class FakePaths implements PathStore {

    private final Supplier<List<ReceivedBatch>> batches;

    FakePaths(Supplier<List<ReceivedBatch>> batches) {
        this.batches = batches;
    }

    @Override
    public List<PairPath> page(PathQuery query) {
        List<PairPath> all = newestOf(query.source(), query.destination());
        Instant begins = all.stream().map(PairPath::since).filter(since -> !since.isAfter(query.from())).findFirst()
                .orElse(query.from());
        return all.stream().filter(path -> path.since().isBefore(query.to()) && !path.since().isBefore(begins))
                .limit(query.limit()).toList();
    }

    @Override
    public List<PairPath> newest(NodeId source, NodeId destination) {
        return newestOf(source, destination).stream().limit(1).toList();
    }

    private List<PairPath> newestOf(NodeId source, NodeId destination) {
        List<PairPath> newest = List.of();
        for (ReceivedBatch batch : batches.get()) {
            for (PathTrace trace : batch.traces()) {
                if (batch.agent().equals(source) && trace.destination().equals(destination)) {
                    newest = PathJudge.after(newest, PathJudge.judge(newest, trace));
                }
            }
        }
        return newest;
    }

    @Override
    public long leftOut() {
        return 0;
    }
}
