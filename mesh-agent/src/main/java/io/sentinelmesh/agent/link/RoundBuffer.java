package io.sentinelmesh.agent.link;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;

/**
 * Finished rounds on their way to the aggregator, in memory, until they are acknowledged. When it is full the oldest round that is not yet
 * in a batch is dropped and counted. Every round is at any time waiting, in a batch under way, acknowledged or dropped. Thread-safe.
 */
public final class RoundBuffer {

    /**
     * About 120 bytes each with ten delays, 150 with sixteen: 27 MB of the heap when full. A quarter of an hour of a thousand destinations that are
     * measured by echo and by STAMP.
     */
    public static final int DEFAULT_MAX_RESULTS = 200_000;
    /** A batch holds a backlog of up to half a minute of both kinds, so that catching up needs few frames, and stays far below a frame's limit. */
    static final int MAX_ROWS_PER_BATCH = 6;
    static final int MAX_RESULTS_PER_BATCH = 6_000;

    private final NodeId agent;
    private final UUID boot;
    private final List<MeshNode> endpoints;
    private final int maxResults;
    private final Supplier<SelfReport> self;

    private final Deque<MatrixRow> waiting = new ArrayDeque<>();
    private final Deque<Frame.Batch> sealed = new ArrayDeque<>();
    private int waitingResults;
    private long lastSequence;
    private long made;
    private long acknowledged;
    private long dropped;
    private long droppedResults;

    /**
     * @param made rounds put in since the start
     * @param waiting rounds in no batch yet
     * @param underWay rounds in batches that wait for their acknowledgement
     */
    public record Balance(long made, long acknowledged, long waiting, long underWay, long dropped) {
    }

    public RoundBuffer(NodeId agent, UUID boot, List<MeshNode> endpoints, int maxResults) {
        this(agent, boot, endpoints, maxResults, () -> SelfReport.NOTHING);
    }

    /** @param self what goes with each batch, asked once for each */
    public RoundBuffer(NodeId agent, UUID boot, List<MeshNode> endpoints, int maxResults, Supplier<SelfReport> self) {
        this.agent = agent;
        this.boot = boot;
        this.endpoints = List.copyOf(endpoints);
        this.maxResults = maxResults;
        this.self = self;
    }

    public synchronized void add(MatrixRow row) {
        made++;
        waiting.addLast(row);
        waitingResults += row.results().size();
        while (waitingResults > maxResults && !waiting.isEmpty()) {
            int results = waiting.removeFirst().results().size();
            waitingResults -= results;
            droppedResults += results;
            dropped++;
        }
    }

    /** Batches that were made but not acknowledged, oldest first: what a new link sends again. */
    public synchronized List<Frame.Batch> unacknowledged() {
        return List.copyOf(sealed);
    }

    /**
     * Seals the oldest waiting rounds into the next batch of the sequence.
     *
     * @param maxUnderWay the credit: no batch is sealed while as many wait for their acknowledgement
     * @return empty if nothing waits or the credit is used up
     */
    public synchronized Optional<Frame.Batch> next(int maxUnderWay, Instant now) {
        if (waiting.isEmpty() || sealed.size() >= maxUnderWay) {
            return Optional.empty();
        }
        List<MatrixRow> rows = new ArrayList<>();
        int results = 0;
        while (!waiting.isEmpty() && rows.size() < MAX_ROWS_PER_BATCH
                && (rows.isEmpty() || results + waiting.getFirst().results().size() <= MAX_RESULTS_PER_BATCH)) {
            MatrixRow row = waiting.removeFirst();
            results += row.results().size();
            rows.add(row);
        }
        waitingResults -= results;
        SelfReport report = self.get();
        Frame.Batch batch = new Frame.Batch(agent, boot, ++lastSequence, now, endpointsIn(rows), rows, dropped,
                report.health(), report.metrics());
        sealed.addLast(batch);
        return Optional.of(batch);
    }

    /** Forgets every batch up to this one. An acknowledgement of another boot says nothing about this one's batches. */
    public synchronized void acknowledge(UUID ofBoot, long sequence) {
        if (!ofBoot.equals(boot)) {
            return;
        }
        for (Iterator<Frame.Batch> it = sealed.iterator(); it.hasNext();) {
            Frame.Batch batch = it.next();
            if (batch.sequence() > sequence) {
                return;
            }
            acknowledged += batch.rows().size();
            it.remove();
        }
    }

    /** As results, for the agent's health. */
    public synchronized long waitingResults() {
        return waitingResults + sealed.stream().flatMap(batch -> batch.rows().stream())
                .mapToLong(row -> row.results().size()).sum();
    }

    public synchronized long droppedResults() {
        return droppedResults;
    }

    public synchronized Balance balance() {
        long underWay = sealed.stream().mapToLong(batch -> batch.rows().size()).sum();
        return new Balance(made, acknowledged, waiting.size(), underWay, dropped);
    }

    private List<MeshNode> endpointsIn(List<MatrixRow> rows) {
        if (endpoints.isEmpty()) {
            return List.of();
        }
        Set<NodeId> measured = new HashSet<>();
        rows.forEach(row -> row.results().forEach(result -> measured.add(result.destination())));
        return endpoints.stream().filter(endpoint -> measured.contains(endpoint.id())).toList();
    }
}
