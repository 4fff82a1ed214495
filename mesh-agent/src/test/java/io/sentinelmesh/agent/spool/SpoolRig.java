package io.sentinelmesh.agent.spool;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.PathTrace;

/** A backlog without its thread, with a clock that is moved by hand. */
final class SpoolRig {

    static final SpoolSettings SMALL = new SpoolSettings(1 << 20, Duration.ofDays(1), 2_000, 64 * 1024);

    final Path folder;
    final FailingDisk disk = new FailingDisk();
    final StandInAggregator aggregator = new StandInAggregator();
    SpoolSettings settings = SMALL;
    Ledger ledger = new Ledger();
    Instant now = Rounds.START;
    long nanos;
    Backlog backlog;

    SpoolRig(Path folder) {
        this(folder, SMALL);
    }

    SpoolRig(Path folder, SpoolSettings settings) {
        this.folder = folder;
        this.settings = settings;
        this.backlog = start();
    }

    /** What the agent says of itself with the next batch. */
    SelfReport self = SelfReport.NOTHING;

    private Backlog start() {
        UUID boot = UUID.randomUUID();
        Backlog made = new Backlog(folder, settings, new RowFrames(Rounds.SELF, boot, () -> self),
                new BatchLabels(boot, () -> nanos), disk, ledger, () -> now);
        made.recover();
        return made;
    }

    /** As after a kill: nothing is closed, and what was only in memory is gone. */
    void crash() {
        ledger = new Ledger();
        backlog = start();
    }

    void restart() {
        backlog.close();
        crash();
    }

    void add(long from, long to) {
        for (long number = from; number <= to; number++) {
            add(Rounds.row(number));
        }
    }

    void add(MatrixRow row) {
        add(row, List.of());
    }

    void add(MatrixRow row, List<MeshNode> endpoints) {
        add(row, endpoints, List.of());
    }

    void add(MatrixRow row, List<MeshNode> endpoints, List<PathTrace> traces) {
        ledger.made(Tally.of(row));
        backlog.add(row, endpoints, traces);
    }

    Optional<Outgoing> next() {
        return backlog.next(8, false);
    }

    /** Sends and acknowledges until nothing is left. */
    void drain() {
        backlog.rewind();
        for (Optional<Outgoing> next = backlog.next(8, true); next.isPresent(); next = backlog.next(8, true)) {
            acknowledge(next.get());
        }
    }

    void acknowledge(Outgoing batch) {
        var ack = aggregator.take(batch.frame());
        backlog.acknowledge(ack.boot(), ack.sequence());
    }

    void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    SpoolBalance balance() {
        return ledger.balance();
    }
}
