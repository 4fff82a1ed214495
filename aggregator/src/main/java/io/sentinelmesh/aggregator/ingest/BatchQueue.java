package io.sentinelmesh.aggregator.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.wire.Frame;

/**
 * Batches on their way to the database, bounded. The agents take turns, a batch each, so that one with a backlog delays the others by one batch
 * and not by all it has; those of one agent keep their order. Filled by the mesh thread, emptied by the store writer; its lock guards it.
 */
public final class BatchQueue {

    /**
     * @param batches the most batches held
     * @param results the most results and figures of hosts held: one takes about 200 bytes of heap, so half a million are about 100 MB
     */
    public record Bounds(int batches, int results) {
        public static final Bounds DEFAULT = new Bounds(10_000, 500_000);
    }

    private static final int RESULTS_FOR_A_TRACE = 10;

    private final Bounds bounds;
    /** In the order of their turns; none is empty. */
    private final LinkedHashMap<NodeId, ArrayDeque<ReceivedBatch>> waiting = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private int batches;
    private int results;
    private boolean closed;

    public BatchQueue(Bounds bounds) {
        this.bounds = bounds;
    }

    public Bounds bounds() {
        return bounds;
    }

    /** Whether a batch of so many results and figures finds room; an empty queue takes one of any size. Whoever fills the queue may rely on it. */
    public boolean fits(int more) {
        lock.lock();
        try {
            return waiting.isEmpty() || (batches < bounds.batches && results + more <= bounds.results);
        } finally {
            lock.unlock();
        }
    }

    /**
     * @return false if it is full (an empty queue takes a batch of any size) or closed
     */
    boolean offer(ReceivedBatch batch) {
        lock.lock();
        try {
            int more = weight(batch);
            if (closed || !fits(more)) {
                return false;
            }
            waiting.computeIfAbsent(batch.agent(), _ -> new ArrayDeque<>()).add(batch);
            batches++;
            results += more;
            arrived.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a batch, then a little longer for others to share its commit.
     *
     * @param wait the longest wait for the first one; after it the answer is empty
     * @param linger from the first one on
     */
    List<ReceivedBatch> take(Duration wait, Duration linger, Bounds atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = wait.toNanos();
            while (waiting.isEmpty() && !closed && left > 0) {
                left = arrived.awaitNanos(left);
            }
            left = linger.toNanos();
            while (!waiting.isEmpty() && batches < atMost.batches && results < atMost.results && !closed
                    && left > 0) {
                left = arrived.awaitNanos(left);
            }
            return drain(atMost);
        } finally {
            lock.unlock();
        }
    }

    private List<ReceivedBatch> drain(Bounds atMost) {
        List<ReceivedBatch> taken = new ArrayList<>();
        int takenResults = 0;
        while (!waiting.isEmpty() && taken.size() < atMost.batches) {
            Map.Entry<NodeId, ArrayDeque<ReceivedBatch>> turn = waiting.firstEntry();
            int more = weight(turn.getValue().element());
            if (!taken.isEmpty() && takenResults + more > atMost.results) {
                break;
            }
            taken.add(turn.getValue().remove());
            takenResults += more;
            waiting.pollFirstEntry();
            if (!turn.getValue().isEmpty()) {
                waiting.putLast(turn.getKey(), turn.getValue());
            }
        }
        batches -= taken.size();
        results -= takenResults;
        return taken;
    }

    /** Waits without taking anything; ends early when the queue is closed. */
    void idle(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        lock.lock();
        try {
            long left = until - System.nanoTime();
            while (!closed && left > 0) {
                arrived.await(left, TimeUnit.NANOSECONDS);
                left = until - System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more; what is in it can still be taken. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    public int batches() {
        lock.lock();
        try {
            return batches;
        } finally {
            lock.unlock();
        }
    }

    /** 0.0 (empty) to 1.0 (full). */
    public double fill() {
        lock.lock();
        try {
            return Math.min(1.0,
                    Math.max((double) batches / bounds.batches, (double) results / bounds.results));
        } finally {
            lock.unlock();
        }
    }

    public static int weight(ReceivedBatch batch) {
        return weight(batch.rows(), batch.metrics(), batch.traces());
    }

    /** A figure of a host takes as much as a result, a trace of many hops as ten. */
    public static int weight(Frame.Batch batch) {
        return weight(batch.rows(), batch.metrics(), batch.traces());
    }

    private static int weight(List<MatrixRow> rows, List<HostMetric> metrics, List<PathTrace> traces) {
        return resultsIn(rows) + metrics.size() + RESULTS_FOR_A_TRACE * traces.size();
    }

    static int resultsIn(List<MatrixRow> rows) {
        int results = 0;
        for (MatrixRow row : rows) {
            results += row.results().size();
        }
        return results;
    }
}
