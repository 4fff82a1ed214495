package io.sentinelmesh.aggregator.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.ReceivedBatch;

/**
 * The one writer of rounds: takes what is queued, commits it as one group, and only then says so. While the database is away it keeps what it
 * took and tries again; the queue fills, credits shrink, and agents keep the rest. Runs on a thread of its own that may block.
 */
public final class StoreWriter implements Runnable {

    /** How long the first batch of a group waits for company: agents send at the same second, and a commit costs milliseconds. */
    static final Duration LINGER = Duration.ofMillis(50);
    /** One COPY of this size takes well under a second. */
    static final BatchQueue.Bounds GROUP = new BatchQueue.Bounds(1_000, 100_000);
    /** One look at the stop flag in this time, if nothing comes. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
    static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(StoreWriter.class);

    private final BatchQueue queue;
    private final MeasurementStore store;
    private final WriterListener listener;
    private final IngestMetrics metrics;
    private final DeadLetters deadLetters;
    private final Duration firstBackOff;
    private volatile boolean abandoned;
    private volatile boolean ended;
    private volatile String trouble = "";
    /** Of the writer's thread. */
    private String lastRefusal = "";
    /** Taken from the queue and not settled yet. Of the writer's thread, and kept here so that no failure can drop it. */
    private List<ReceivedBatch> inHand = List.of();

    public StoreWriter(BatchQueue queue, MeasurementStore store, WriterListener listener, IngestMetrics metrics,
            DeadLetters deadLetters) {
        this(queue, store, listener, metrics, deadLetters, FIRST_BACK_OFF);
    }

    StoreWriter(BatchQueue queue, MeasurementStore store, WriterListener listener, IngestMetrics metrics,
            DeadLetters deadLetters, Duration firstBackOff) {
        this.queue = queue;
        this.store = store;
        this.listener = listener;
        this.metrics = metrics;
        this.deadLetters = deadLetters;
        this.firstBackOff = firstBackOff;
    }

    /** Until the queue is closed and empty, or {@link #abandon} is called. */
    @Override
    public void run() {
        try {
            boolean more = true;
            while (more && !abandoned) {
                more = cycle();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
        }
    }

    /**
     * @return false once there will be nothing more
     */
    private boolean cycle() throws InterruptedException {
        try {
            if (inHand.isEmpty()) {
                inHand = queue.take(LONGEST_WAIT, LINGER, GROUP);
            }
            if (inHand.isEmpty()) {
                return !queue.closed();
            }
            write();
        } catch (InterruptedException stop) {
            throw stop;
        } catch (Throwable failure) {
            // Errors too, memory running out above all: there is no other writer, and what it has in hand is tried again.
            boolean news = trouble.isEmpty();
            trouble = "rounds cannot be stored at present (agents keep them): " + failure;
            metrics.failures.increment();
            if (news) {
                log.error("The store writer failed; it tries again", failure);
            }
            pause(firstBackOff);
        }
        return true;
    }

    private void write() throws InterruptedException {
        Duration backOff = firstBackOff;
        while (!abandoned) {
            if (append(inHand)) {
                settle(inHand);
                inHand = List.of();
                return;
            }
            pause(backOff);
            backOff = longer(backOff);
            if (store.trouble().isEmpty()) {
                isolate();
                return;
            }
        }
    }

    /** The database answers, yet refuses this group: perhaps for the sake of one batch in it. Ends when every batch is settled. */
    private void isolate() throws InterruptedException {
        IdentityHashMap<ReceivedBatch, String> reasons = new IdentityHashMap<>();
        Isolation isolation = new Isolation(batch -> {
            boolean taken = append(List.of(batch));
            if (!taken) {
                reasons.put(batch, lastRefusal);
            }
            return taken;
        }, () -> store.trouble().isPresent(),
                (batch, tries) -> giveUp(batch, tries, reasons.getOrDefault(batch, "no reason was given")));
        Duration backOff = firstBackOff;
        while (!abandoned) {
            Isolation.Outcome outcome = isolation.pass(inHand);
            settle(outcome.settled());
            inHand = outcome.remaining();
            if (outcome.remaining().isEmpty()) {
                return;
            }
            backOff = outcome.settled().isEmpty() ? longer(backOff) : firstBackOff;
            pause(backOff);
            if (inHand.size() < GROUP.batches()
                    && inHand.stream().mapToLong(BatchQueue::weight).sum() < 2L * GROUP.results()) {
                // Others must not wait for the refused one, and whether they are taken is the proof against it.
                List<ReceivedBatch> all = new ArrayList<>(inHand);
                all.addAll(queue.take(Duration.ZERO, Duration.ZERO, GROUP));
                inHand = all;
            }
        }
    }

    private boolean append(List<ReceivedBatch> group) {
        long start = System.nanoTime();
        try {
            MeasurementStore.StoredCounts counts = store.append(group);
            metrics.appendSeconds.observe((System.nanoTime() - start) / 1e9);
            metrics.stored.add(counts.stored());
            metrics.repeated.add(counts.repeated());
            metrics.results.add(counts.results());
            if (!trouble.isEmpty()) {
                log.info("The database takes rounds again");
                trouble = "";
            }
            return true;
        } catch (RuntimeException failure) {
            // Not only StoreException: whatever is wrong with one batch must not end the only writer there is.
            metrics.failures.increment();
            lastRefusal = String.valueOf(failure.getMessage());
            if (trouble.isEmpty()) {
                log.warn("The database did not take {} batches; they are kept and tried again: {}", group.size(),
                        failure.getMessage(), failure);
            }
            trouble = "rounds cannot be stored at present (agents keep them): " + failure.getMessage();
            return false;
        }
    }

    /** Why nothing can be written at present; empty if all is well. Any thread. */
    public Optional<String> trouble() {
        if (ended) {
            return Optional.of("the store writer has ended, no rounds are stored (agents keep them): restart the "
                    + "aggregator");
        }
        String now = trouble;
        return now.isEmpty() ? Optional.empty() : Optional.of(now);
    }

    private void settle(List<ReceivedBatch> settled) {
        if (!settled.isEmpty()) {
            listener.settled(settled);
        }
    }

    private void pause(Duration time) throws InterruptedException {
        if (queue.closed()) {
            // Stopping: the queue's wait would end at once, and a database that is away needs a moment all the same.
            Thread.sleep(Math.min(time.toMillis(), 500));
        } else {
            queue.idle(time);
        }
    }

    /** Gives up what is not written; nothing of it was acknowledged, so the agents still have it. Any thread. */
    public void abandon() {
        abandoned = true;
    }

    private static Duration longer(Duration backOff) {
        Duration doubled = backOff.multipliedBy(2);
        return doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
    }

    private boolean giveUp(ReceivedBatch batch, int tries, String reason) {
        boolean kept = deadLetters.keep(batch, reason, tries);
        if (kept) {
            metrics.givenUp.increment();
        }
        return kept;
    }
}
