package io.sentinelmesh.agent.spool;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;

/**
 * Finished rounds on their way to the aggregator: on disk until they are acknowledged. Every method may be called from any thread and returns
 * at once; the disk is touched by the spool's own thread alone. docs/spool.md says what is kept, how, and what can be lost.
 */
public final class Spool implements AutoCloseable {

    /** Name of the folder in the agent's data folder. */
    public static final String FOLDER = "spool";

    /** What was written is durable after this time at the latest, or after a megabyte. */
    static final Duration SYNC_WITHIN = Duration.ofMillis(200);
    /** Rows that wait for the spool's thread, about 120 bytes a result: only a disk that hangs lets so many gather. */
    static final int MAX_INBOUND_RESULTS = 50_000;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final OwnerThread thread = new OwnerThread("spool");
    private final Ledger ledger = new Ledger();
    private final Company company;
    private final UUID boot;

    private final Deque<MatrixRow> inbound = new ArrayDeque<>(); // guarded by itself, as the two after it
    private Tally overflow = Tally.ZERO;
    private int inboundResults;
    private boolean draining;

    // Owned by the spool's thread.
    private final Backlog backlog;
    private boolean syncing;
    private boolean lingering;

    private volatile Runnable ready = () -> {
    };
    private volatile Optional<String> trouble = Optional.empty();
    private volatile long durableRows;

    /**
     * What goes with rows.
     *
     * @param endpoints that rows may be about, asked at each row
     * @param traces that go with a row, asked at each row: kept and acknowledged with it
     * @param self asked once for each batch, when it is sent first: what goes again leaves it out
     */
    public record Company(Supplier<List<MeshNode>> endpoints, Supplier<List<PathTrace>> traces,
            Supplier<SelfReport> self) {

        public static final Company NONE = new Company(List::of, List::of, () -> SelfReport.NOTHING);
    }

    /**
     * @param boot of this process: names its batches, together with their sequence
     */
    public static Spool open(Path folder, SpoolSettings settings, NodeId agent, UUID boot, Company company,
            InstantSource clock) {
        return new Spool(folder, settings, agent, boot, company, clock, new FileDisk());
    }

    Spool(Path folder, SpoolSettings settings, NodeId agent, UUID boot, Company company, InstantSource clock,
            Disk disk) {
        this.company = company;
        this.boot = boot;
        this.backlog = new Backlog(folder, settings, new RowFrames(agent, boot, company.self),
                new BatchLabels(boot, System::nanoTime), disk, ledger, clock);
        thread.run(backlog::recover);
        thread.every(Backlog.RETRY, this::upkeep);
    }

    public UUID boot() {
        return boot;
    }

    /** What is told, on the spool's thread, when {@link #next} may have something to give that it had not before. */
    public void onReady(Runnable listener) {
        ready = listener;
    }

    /** Other bounds from now on. */
    public void limit(SpoolSettings settings) {
        thread.run(() -> backlog.limit(settings));
    }

    /** Takes a finished row: from here on it is in the balance. */
    public void add(MatrixRow row) {
        ledger.made(Tally.of(row));
        boolean wake;
        synchronized (inbound) {
            inbound.addLast(row);
            inboundResults += row.results().size();
            while (inboundResults > MAX_INBOUND_RESULTS && inbound.size() > 1) {
                MatrixRow oldest = inbound.removeFirst();
                inboundResults -= oldest.results().size();
                overflow = overflow.plus(Tally.of(oldest));
                ledger.dropped(DropReason.DISK_ERROR, Tally.of(oldest));
            }
            wake = !draining;
            draining = true;
        }
        if (wake) {
            thread.run(this::drain);
        }
    }

    private void drain() {
        boolean ended = false;
        try {
            while (drainOne()) {
                // on to the last
            }
            ended = true;
        } finally {
            if (!ended) {
                // A bug, which the thread logs: the next row wakes it again.
                synchronized (inbound) {
                    draining = false;
                }
            }
        }
        trouble = backlog.trouble();
        if (!syncing) {
            syncing = true;
            thread.after(SYNC_WITHIN, this::sync);
        }
    }

    private boolean drainOne() {
        Tally lost;
        Optional<MatrixRow> row;
        synchronized (inbound) {
            lost = overflow;
            overflow = Tally.ZERO;
            row = Optional.ofNullable(inbound.pollFirst());
            row.ifPresent(taken -> inboundResults -= taken.results().size());
            draining = row.isPresent();
        }
        if (lost.rows() > 0) {
            backlog.addGap(DropReason.DISK_ERROR, lost);
        }
        row.ifPresent(taken -> backlog.add(taken, company.endpoints.get(), company.traces.get()));
        durableRows = backlog.durableRows();
        return row.isPresent();
    }

    private void sync() {
        syncing = false;
        backlog.sync();
        trouble = backlog.trouble();
        durableRows = backlog.durableRows();
        tellReady();
    }

    private void upkeep() {
        backlog.upkeep();
        trouble = backlog.trouble();
    }

    private void tellReady() {
        ready.run();
        Optional<Duration> linger = backlog.lingers();
        if (linger.isPresent() && !linger.get().isZero() && !lingering) {
            lingering = true;
            // A little later, so that it is not found to have a moment left.
            thread.after(linger.get().plusMillis(10), () -> {
                lingering = false;
                tellReady();
            });
        }
    }

    /**
     * Asks for the batch to send next.
     *
     * @param mostUnderWay the credit: none is given while so many wait for their acknowledgement
     * @param hurry the newest batch does not wait for more rows
     * @param taker called on the spool's thread; empty: there is none for now
     */
    public void next(int mostUnderWay, boolean hurry, Consumer<Optional<Outgoing>> taker) {
        thread.run(() -> {
            Optional<Outgoing> batch = Optional.empty();
            try {
                batch = backlog.next(mostUnderWay, hurry);
            } finally {
                taker.accept(batch);
            }
        });
    }

    /** A new link: what is not acknowledged goes again, in its old order. */
    public void rewind() {
        thread.run(backlog::rewind);
    }

    /** Every batch of this boot up to this one is durable at the aggregator. */
    public void acknowledge(UUID ofBoot, long sequence) {
        thread.run(() -> backlog.acknowledge(ofBoot, sequence));
    }

    public SpoolBalance balance() {
        return ledger.balance();
    }

    /** Rows of this process that a crash of the host would not take. */
    public long durableRows() {
        return durableRows;
    }

    /** Rows that wait for the spool's thread. */
    int inboundRows() {
        synchronized (inbound) {
            return inbound.size();
        }
    }

    /** Why nothing goes to disk at present; empty if all is well. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** Makes durable what is there; rows that come later are not taken. Bounded in time. */
    @Override
    public void close() {
        try {
            thread.end(() -> {
                drain();
                backlog.close();
            }, CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
