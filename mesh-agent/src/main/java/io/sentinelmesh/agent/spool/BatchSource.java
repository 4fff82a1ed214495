package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the rows of batches: from disk, and behind that from memory while the disk takes none. Of the spool's thread. */
final class BatchSource {

    /** What the disk does at present. */
    interface DiskState {

        /** Nothing is written at present, so what is only in memory has to be sent from there. */
        boolean inTrouble();

        /** Tries to make durable what is not. */
        void sync();
    }

    private final Deque<Segment> segments;
    private final Held held;
    private final RowFrames frames;
    private final BatchLabels labels;
    private final Ledger ledger;
    private final DiskState disk;
    private final LogReader reader;

    BatchSource(Deque<Segment> segments, Held held, RowFrames frames, BatchLabels labels, Ledger ledger,
            DiskState disk) {
        this.segments = segments;
        this.held = held;
        this.frames = frames;
        this.labels = labels;
        this.ledger = ledger;
        this.disk = disk;
        this.reader = new LogReader(segments, this::readToItsEnd);
    }

    /**
     * @param useless to be told when all of the batch is read: after a failure on the way it is read again from its start
     */
    record Read(LoadedBatch batch, RowFrames.Merge rows, List<Runnable> useless) {
    }

    /** Where the next record is: on disk, or in memory. */
    private record Next(RecordHeader header, Optional<Held.Entry> entry) {

        byte[] payload(LogReader reader) throws IOException {
            return entry.isPresent() ? RowFrames.payload(entry.get()) : reader.payload();
        }

        Optional<Segment> take(LogReader reader) {
            return entry.isPresent() ? Optional.empty() : Optional.of(reader.take());
        }
    }

    /** What comes next is this number, or the first there is behind it. */
    void seek(long number) throws IOException {
        reader.seek(number);
    }

    /** The segment that is read at present. */
    Optional<Segment> at() {
        return reader.at();
    }

    void close() throws IOException {
        reader.close();
    }

    /**
     * The batch behind these rows, or only a gap. Empty if there is none, or if it still waits for more rows.
     *
     * @param hurry it does not wait
     * @throws IOException if the disk does not give its bytes; to be told by {@link #seek} where to go on
     */
    Optional<Read> next(Tally behind, boolean hurry) throws IOException {
        Read read = new Read(new LoadedBatch(behind), frames.merge(), new ArrayList<>());
        try {
            Optional<Next> next = peek(behind);
            while (next.isPresent() && isNextOf(read.batch, next.get().header(), hurry)) {
                take(next.get(), read);
                next = peek(read.batch.end());
            }
        } catch (IOException e) {
            read.batch.isUnread();
            throw e;
        }
        if (read.batch.isEmpty()) {
            return Optional.empty();
        }
        read.useless.forEach(Runnable::run);
        read.batch.boot().ifPresent(boot -> labels.close(boot, read.batch.sequence()));
        return Optional.of(read);
    }

    private boolean isNextOf(LoadedBatch batch, RecordHeader record, boolean hurry) {
        boolean first = record.gap().isEmpty() && batch.boot().isEmpty();
        return batch.takes(record)
                && (!first || hurry || labels.lingers(record.boot(), record.sequence()).isZero());
    }

    private Optional<Next> peek(Tally behind) throws IOException {
        // Some of what is on disk by now may have been read from memory before.
        reader.skipTo(behind.rows() + 1);
        Optional<RecordHeader> onDisk = reader.peek();
        if (onDisk.isEmpty() && !disk.inTrouble() && !held.isEmpty()) {
            // Nothing is sent that a crash could take back, as long as the disk works.
            disk.sync();
            onDisk = reader.peek();
        }
        if (onDisk.isPresent()) {
            return onDisk.map(header -> new Next(header, Optional.empty()));
        }
        return disk.inTrouble()
                ? held.from(behind.rows() + 1).map(entry -> new Next(entry.header(), Optional.of(entry)))
                : Optional.empty();
    }

    private void take(Next next, Read to) throws IOException {
        RecordHeader header = next.header();
        boolean useful = header.gap().isPresent() || to.rows.add(next.payload(reader));
        Optional<Segment> segment = next.take(reader);
        segment.ifPresent(from -> from.unread.subtract(header));
        to.batch.add(header, segment);
        if (!useful) {
            to.useless.add(() -> {
                to.batch.useless(header, segment);
                ledger.dropped(DropReason.UNREADABLE, header.tally());
            });
        }
    }

    /** The same rows as before, less what became of them meanwhile. */
    RowFrames.Merge again(LoadedBatch batch) throws IOException {
        RowFrames.Merge rows = frames.merge();
        Map<Segment, Tally> found = new HashMap<>();
        try (LogReader from = new LogReader(segments, _ -> {
            // What is missing is found by what was there before.
        })) {
            from.seek(batch.first());
            Optional<RecordHeader> next = from.peek();
            while (next.isPresent() && next.get().number() <= batch.end().rows()) {
                boolean useful = next.get().gap().isEmpty() && rows.add(from.payload());
                Segment segment = from.take();
                if (useful) {
                    found.merge(segment, next.get().tally(), Tally::plus);
                }
                next = from.peek();
            }
        }
        if (disk.inTrouble()) {
            held.between(batch.first(), batch.end().rows()).stream().filter(entry -> entry.header().gap().isEmpty())
                    .forEach(entry -> rows.add(RowFrames.payload(entry)));
        }
        ledger.dropped(DropReason.CORRUPT, batch.found(found));
        return rows;
    }

    /** Of a segment that was whole when it was opened or written, less came back. */
    private void readToItsEnd(Segment segment) {
        ledger.dropped(DropReason.CORRUPT, segment.unread.rows());
        segment.unread.clear();
    }
}
