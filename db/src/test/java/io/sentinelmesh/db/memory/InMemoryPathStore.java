package io.sentinelmesh.db.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.db.EventLog;
import io.sentinelmesh.db.PathStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.path.PairPath;
import io.sentinelmesh.db.path.PathEvents;
import io.sentinelmesh.db.path.PathJudge;
import io.sentinelmesh.db.path.PathQuery;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;

/** As the real one, without forgetting. Thread-safe. */
final class InMemoryPathStore implements PathStore {

    private record Pair(NodeId source, NodeId destination) {
    }

    private final EventLog events;
    /** The newest first. */
    private final Map<Pair, List<PairPath>> paths = new HashMap<>();
    private long leftOut;

    InMemoryPathStore(EventLog events) {
        this.events = events;
    }

    synchronized void add(ReceivedBatch batch, Instant now) {
        for (PathTrace trace : batch.traces()) {
            Pair pair = new Pair(batch.agent(), trace.destination());
            List<PairPath> known = paths.computeIfAbsent(pair, _ -> new ArrayList<>());
            switch (PathJudge.judge(known, trace)) {
                case PathJudge.Verdict.First(PairPath path) -> known.addFirst(path);
                case PathJudge.Verdict.Same(PairPath path) -> known.set(0, path);
                case PathJudge.Verdict.Changed change -> {
                    known.addFirst(change.path());
                    events.append(List.of(PathEvents.of(batch.agent(), trace.destination(), change, now)));
                }
                case PathJudge.Verdict.NothingNew _ -> {
                    // Known already.
                }
                case PathJudge.Verdict.TooLate _ -> leftOut++;
            }
        }
    }

    @Override
    public synchronized List<PairPath> page(PathQuery query) {
        List<PairPath> page = new ArrayList<>();
        for (PairPath path : paths.getOrDefault(new Pair(query.source(), query.destination()), List.of())) {
            if (path.since().isBefore(query.to()) && page.size() < query.limit()) {
                page.add(path);
            }
            if (!path.since().isAfter(query.from())) {
                break;
            }
        }
        return page;
    }

    @Override
    public synchronized List<PairPath> newest(NodeId source, NodeId destination) {
        return paths.getOrDefault(new Pair(source, destination), List.of()).stream().limit(1).toList();
    }

    @Override
    public synchronized long leftOut() {
        return leftOut;
    }
}
