package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.PathTrace;

/**
 * Everything between a finished row and its acknowledgement: numbers and labels rows, keeps them on disk, or in memory while the disk does not
 * take them, reads them back batch by batch and settles what became of them. Of the spool's thread; does all its disk work.
 */
final class Backlog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    /** So much is written at most before the disk is told to make it durable. */
    static final long SYNC_BYTES = 1 << 20;
    /** A disk in trouble is tried again this often. */
    static final Duration RETRY = Duration.ofSeconds(5);
    /** Restarts make a segment each; beyond this many the oldest go, however small. */
    static final int MAX_SEGMENTS = 8_192;
    /** Of acknowledgements that came before their batch was read. */
    private static final int BOOTS_REMEMBERED = 16;
    /** A full spool drops a segment every few minutes; people need not hear of each. */
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(10);
    /** A segment that cannot be read is tried this often before it is given up. */
    private static final int READ_TRIES = 5;

    private final Path folder;
    private SpoolSettings settings;
    private final Disk disk;
    private final Ledger ledger;
    private final RowFrames frames;
    private final BatchLabels labels;
    private final InstantSource clock;
    private AgeLimit age;

    private Books books = Books.NEW;
    private final StateFile state;
    private SegmentLog log;
    private BatchSource source;
    private final Held held = new Held();
    private final Deque<LoadedBatch> underWay = new ArrayDeque<>();
    private final Map<UUID, Long> acknowledged = new LinkedHashMap<>();
    private final List<GivenUp> givenUp = new ArrayList<>();
    private Optional<String> trouble = Optional.empty();
    private boolean sealedOff;
    private int failedReads;
    private long droppedBefore;
    private Instant nextWarning = Instant.MIN;
    private long durableRows;

    /** A segment that cannot be read, with rows before it that are not settled yet. */
    private record GivenUp(Tally end, Drops drops) {
    }

    Backlog(Path folder, SpoolSettings settings, RowFrames frames, BatchLabels labels, Disk disk, Ledger ledger,
            InstantSource clock) {
        this.folder = folder;
        this.settings = settings;
        this.disk = disk;
        this.ledger = ledger;
        this.labels = labels;
        this.clock = clock;
        this.frames = frames;
        this.age = new AgeLimit(settings.maxAge());
        this.state = new StateFile(folder);
        this.log = log(new ArrayDeque<>());
        this.source = source();
    }

    private SegmentLog log(Deque<Segment> found) {
        return new SegmentLog(folder, disk, () -> settings.segmentBytes(), () -> books, found, this::durable);
    }

    private BatchSource source() {
        return new BatchSource(log.segments(), held, frames, labels, ledger, new BatchSource.DiskState() {
            @Override
            public boolean inTrouble() {
                return trouble.isPresent();
            }

            @Override
            public void sync() {
                Backlog.this.sync();
            }
        });
    }

    /** Reads what earlier processes left. Until then rows may be added to the ledger, but not here. */
    void recover() {
        try {
            Recovery found = Recovery.of(folder);
            books = found.books();
            log = log(found.segments());
            source = source();
            source.seek(books.settled().rows() + 1);
            droppedBefore = found.balance().dropped().total().rows();
            ledger.found(found.balance());
            tell(found);
            deleteSettled();
            Tally tail = books.made().minus(found.logEnd());
            if (tail.rows() > 0) {
                books = books.withMade(found.logEnd());
                addGap(DropReason.DISK_ERROR, tail);
            }
        } catch (IOException e) {
            sealedOff = true;
            trouble = Optional.of("the spool's folder cannot be read: " + reason(e));
            LOG.error("{} cannot be read ({}): rounds are kept in memory until the agent is started again", folder,
                    reason(e));
        }
    }

    private void tell(Recovery found) {
        if (!found.segments().isEmpty()) {
            LOG.info("spool: {} rounds with {} results waiting, of {} runs, in {} segments; {} rounds dropped so far",
                    found.balance().waiting().rows(), found.balance().waiting().results(), found.boots().size(),
                    found.segments().size(), droppedBefore);
        }
        if (!found.damage().isEmpty()) {
            LOG.warn("spool: {} places are damaged, first {}", found.damage().size(), found.damage().getFirst());
        }
    }

    /** Numbers, labels and keeps a row. The ledger has it as made already. */
    void add(MatrixRow row, List<MeshNode> endpoints, List<PathTrace> traces) {
        Tally tally = Tally.of(row);
        long delays = row.results().stream().mapToLong(result -> result.delays().count()).sum();
        long sequence = labels.next(row.results().size(), delays);
        Optional<byte[]> frame = frames.ofRow(row, endpoints, traces, sequence, clock.instant());
        if (frame.isEmpty()) {
            LOG.error("a round of {} results does not fit a frame: dropped", row.results().size());
            ledger.dropped(DropReason.UNREADABLE, tally);
        }
        put(tally, frame.isPresent() ? Optional.empty() : Optional.of(DropReason.UNREADABLE), sequence,
                frame.orElseGet(() -> new byte[0]));
    }

    /** Rows that were given up before they came here; the ledger has them as dropped already. */
    void addGap(DropReason reason, Tally rows) {
        put(rows, Optional.of(reason), 0, new byte[0]);
    }

    private void put(Tally tally, Optional<DropReason> gap, long sequence, byte[] payload) {
        Tally before = books.made();
        RecordHeader header = new RecordHeader(gap, before.rows() + 1, tally.rows(), tally.results(),
                before.results(), labels.boot(), sequence, Micros.of(clock.instant()), payload.length);
        books = books.withMade(before.plus(tally));
        Held.Entry entry = new Held.Entry(header, header.encode(payload));
        held.add(entry);
        if (trouble.isPresent()) {
            limitHeld();
            return;
        }
        try {
            append(entry);
            if (log.unsyncedBytes() >= SYNC_BYTES) {
                log.sync();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void append(Held.Entry entry) throws IOException {
        makeRoom(entry.record().length);
        log.append(entry.header(), entry.record());
    }

    /** Other bounds from now on: what is too much for them goes with the next row, or at the next {@link #upkeep}. */
    void limit(SpoolSettings now) {
        if (!now.equals(settings)) {
            settings = now;
            age = new AgeLimit(now.maxAge());
        }
    }

    private void makeRoom(int bytes) throws IOException {
        while (log.bytes() + bytes > settings.maxBytes() || log.count() >= MAX_SEGMENTS) {
            Optional<Segment> oldest = log.oldestFinished();
            if (oldest.isPresent()) {
                drop(oldest.get(), DropReason.FULL);
            } else if (log.unfinished().isPresent()) {
                log.sync();
                log.finish();
            } else {
                return;
            }
        }
    }

    /** Makes durable what is not. */
    void sync() {
        if (trouble.isPresent() || held.isEmpty()) {
            return;
        }
        try {
            log.sync();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void durable(RecordHeader record, Segment segment) {
        held.forgetThrough(record.end().rows());
        durableRows += record.rows();
        if (record.number() <= books.settled().rows()) {
            return;
        }
        Optional<LoadedBatch> sentAlready = underWay.stream()
                .filter(batch -> batch.first() <= record.number() && record.number() <= batch.end().rows()).findFirst();
        sentAlready.ifPresentOrElse(batch -> batch.moved(record, segment), () -> segment.unread.add(record));
    }

    private void fail(IOException e) {
        log.abandon();
        trouble = Optional.of(reason(e));
        LOG.warn(
                "the spool in {} cannot be written ({}): measuring goes on, up to {} MiB of rounds are kept in memory, "
                        + "trying again every {} s",
                folder, reason(e), settings.heldBytes() >> 20, RETRY.toSeconds());
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    /** Oldest first, and what is on disk is older than what is in memory, if only it can be removed. */
    private void limitHeld() {
        if (held.bytes() <= settings.heldBytes()) {
            return;
        }
        Optional<Segment> oldest = sealedOff ? Optional.empty() : log.oldestFinished();
        if (oldest.isPresent()) {
            try {
                drop(oldest.get(), DropReason.FULL);
                tryAgain();
            } catch (IOException e) {
                LOG.debug("{} cannot be removed", oldest.get().file, e);
            }
        }
        if (held.bytes() > settings.heldBytes()) {
            // Some more than needed, so that not every row has to make room for itself.
            Tally lost = held.shrink(readThrough().rows() + 1, settings.heldBytes() * 7 / 8);
            ledger.dropped(DropReason.DISK_ERROR, lost);
        }
    }

    private void tryAgain() {
        if (trouble.isEmpty() || sealedOff) {
            return;
        }
        int waited = held.all().size();
        try {
            for (Held.Entry entry : held.all()) {
                if (entry.header().number() > books.settled().rows()) {
                    append(entry);
                }
                if (log.unsyncedBytes() >= SYNC_BYTES) {
                    log.sync();
                }
            }
            log.sync();
            state.force(books);
            trouble = Optional.empty();
            LOG.info("the spool in {} can be written again: {} rounds went from memory to disk", folder,
                    waited);
        } catch (IOException e) {
            log.abandon();
            trouble = Optional.of(reason(e));
        }
    }

    /** What has to be done from time to time, at least as often as {@link #RETRY}. */
    void upkeep() {
        tryAgain();
        if (trouble.isPresent()) {
            return;
        }
        try {
            Optional<Segment> oldest = log.oldestFinished();
            if (log.unfinished().filter(segment -> age.isLong(segment, clock.instant())).isPresent()) {
                sync();
                log.finish();
            }
            if (oldest.isPresent() && age.isPassed(oldest.get(), clock.instant())) {
                drop(oldest.get(), DropReason.AGE);
            }
            deleteSettled();
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Rows of this process that reached the disk. */
    long durableRows() {
        return durableRows;
    }

    /** Why nothing goes to disk at present. */
    Optional<String> trouble() {
        return trouble;
    }

    /** All rows up to here are settled or were read. */
    private Tally readThrough() {
        return underWay.isEmpty() ? books.settled() : underWay.getLast().end();
    }

    /** How long until {@link #next} could give the batch that waits for more rows; empty if none does. */
    Optional<Duration> lingers() {
        return labels.lingering();
    }

    /**
     * The batch to send next: one that has to go again, or the next in order.
     *
     * @param mostUnderWay the credit: none is given while so many wait for their acknowledgement
     * @param hurry the last batch does not wait for more rows
     */
    Optional<Outgoing> next(int mostUnderWay, boolean hurry) {
        try {
            while (underWay.stream().filter(LoadedBatch::underWay).count() < mostUnderWay) {
                Optional<Outgoing> again = again();
                if (again.isPresent()) {
                    return again;
                }
                Optional<BatchSource.Read> fresh = source.next(readThrough(), hurry);
                failedReads = 0;
                if (fresh.isEmpty()) {
                    return Optional.empty();
                }
                underWay.addLast(fresh.get().batch());
                Optional<Outgoing> frame = send(fresh.get().batch(), fresh.get().rows().withSelf());
                if (frame.isPresent()) {
                    return frame;
                }
                // It held nothing to send: it was settled before, or only a gap.
                settle();
            }
        } catch (IOException e) {
            unreadable(e);
        }
        return Optional.empty();
    }

    private Optional<Outgoing> again() throws IOException {
        for (LoadedBatch batch : underWay) {
            if (!batch.acknowledged() && !batch.sent()) {
                Optional<Outgoing> frame = send(batch, source.again(batch));
                if (frame.isPresent()) {
                    return frame;
                }
            }
        }
        settle();
        return Optional.empty();
    }

    private Optional<Outgoing> send(LoadedBatch batch, RowFrames.Merge rows) {
        boolean known = batch.boot()
                .filter(boot -> acknowledged.getOrDefault(boot, 0L) >= batch.sequence()).isPresent();
        if (known || batch.rows().isZero()) {
            ledger.acknowledged(batch.rows());
            batch.acknowledge();
            return Optional.empty();
        }
        UUID boot = batch.boot().orElseThrow();
        byte[] frame = rows.frame(boot, batch.sequence(), clock.instant(),
                ledger.balance().dropped().total().rows() - droppedBefore);
        batch.sent(true);
        return Optional.of(new Outgoing(boot, batch.sequence(), frame));
    }

    private void unreadable(IOException e) {
        failedReads++;
        LOG.warn("the spool in {} cannot be read at present ({})", folder, reason(e));
        Optional<Segment> at = source.at();
        try {
            source.seek(readThrough().rows() + 1);
            if (failedReads >= READ_TRIES && at.isPresent()) {
                failedReads = 0;
                giveUp(at.get());
            }
        } catch (IOException again) {
            LOG.debug("still not", again);
        }
    }

    /** What is unread of it; the cursor passes it when what is older is settled. */
    private void giveUp(Segment segment) throws IOException {
        if (log.unfinished().filter(segment::equals).isPresent()) {
            log.sync();
            log.finish();
        }
        log.delete(segment);
        Tally lost = segment.unread.rows();
        ledger.dropped(DropReason.UNREADABLE, lost);
        givenUp.add(new GivenUp(segment.end, segment.unread.gaps().plus(DropReason.UNREADABLE, lost)));
        tellDropped(DropReason.UNREADABLE, lost);
    }

    private Drops givenUpThrough(Tally end) {
        Drops sum = Drops.NONE;
        for (GivenUp each : givenUp) {
            sum = each.end.rows() <= end.rows() ? sum.plus(each.drops) : sum;
        }
        givenUp.removeIf(each -> each.end.rows() <= end.rows());
        return sum;
    }

    /** A new link: what is not acknowledged goes again. */
    void rewind() {
        underWay.forEach(batch -> batch.sent(false));
    }

    /** Every batch of this boot up to this one is durable at the aggregator. */
    void acknowledge(UUID boot, long sequence) {
        acknowledged.merge(boot, sequence, Math::max);
        if (acknowledged.size() > BOOTS_REMEMBERED) {
            acknowledged.remove(acknowledged.keySet().iterator().next());
        }
        for (LoadedBatch batch : underWay) {
            if (!batch.acknowledged() && batch.isUpTo(boot, sequence)) {
                ledger.acknowledged(batch.rows());
                batch.acknowledge();
            }
        }
        settle();
    }

    private void settle() {
        boolean moved = false;
        while (!underWay.isEmpty() && underWay.getFirst().acknowledged()) {
            LoadedBatch batch = underWay.removeFirst();
            books = books.settle(batch.end(), batch.rows(), batch.gaps().plus(givenUpThrough(batch.end())));
            held.forgetThrough(batch.end().rows());
            moved = true;
        }
        if (moved) {
            remember();
            deleteSettled();
        }
    }

    private void remember() {
        if (sealedOff) {
            return;
        }
        try {
            state.write(books);
        } catch (IOException e) {
            // A cursor that stays behind costs batches that are sent again, nothing else.
            LOG.debug("the cursor of {} could not be written", folder, e);
        }
    }

    private void deleteSettled() {
        try {
            boolean forced = false;
            for (var oldest = log.oldestFinished(); oldest.isPresent()
                    && oldest.get().end.rows() <= books.settled().rows(); oldest = log.oldestFinished()) {
                if (!forced) {
                    // Before the rows go: a cursor from before them would call them lost.
                    state.force(books);
                    forced = true;
                }
                leave(oldest.get());
                log.delete(oldest.get());
            }
        } catch (IOException e) {
            LOG.debug("what is acknowledged could not be deleted in {}", folder, e);
        }
    }

    private void leave(Segment segment) throws IOException {
        if (source.at().filter(segment::equals).isPresent()) {
            source.seek(Math.max(readThrough().rows(), segment.end.rows()) + 1);
        }
    }

    /** Gives up a whole segment, what is under way of it too. */
    private void drop(Segment segment, DropReason reason) throws IOException {
        log.delete(segment);
        Tally lost = segment.unread.rows();
        Drops gaps = segment.unread.gaps();
        Tally reached = Tally.ZERO;
        for (LoadedBatch batch : underWay) {
            Contents part = batch.leave(segment);
            if (batch.acknowledged()) {
                reached = reached.plus(part.rows());
            } else {
                lost = lost.plus(part.rows());
            }
            gaps = gaps.plus(part.gaps());
        }
        ledger.dropped(reason, lost);
        if (segment.end.rows() > books.settled().rows()) {
            books = books.settle(segment.end, reached,
                    gaps.plus(reason, lost).plus(givenUpThrough(segment.end)));
        }
        underWay.removeIf(LoadedBatch::isEmpty);
        source.seek(readThrough().rows() + 1);
        remember();
        settle();
        tellDropped(reason, lost);
    }

    private void tellDropped(DropReason reason, Tally lost) {
        if (clock.instant().isAfter(nextWarning)) {
            nextWarning = clock.instant().plus(BETWEEN_WARNINGS);
            LOG.warn("spool: {} rounds dropped ({}), {} in all so far", lost.rows(), reason.word(),
                    ledger.balance().dropped().total().rows());
        }
    }

    @Override
    public void close() {
        sync();
        try {
            if (!sealedOff && books.made().rows() > 0) {
                state.force(books);
            }
            state.close();
            source.close();
            log.close();
        } catch (IOException e) {
            LOG.warn("the spool in {} could not be closed as it should: {}", folder, reason(e));
        }
    }
}
