package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of a folder: records are appended to the newest and read from the oldest. A segment of an earlier process is never written
 * to again. What was appended may be read once it is durable. Of the spool's thread.
 */
final class SegmentLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);

    private final Path folder;
    private final Disk disk;
    private final LongSupplier segmentBytes;
    private final Supplier<Books> books;
    private final Deque<Segment> segments;
    private final BiConsumer<RecordHeader, Segment> durable;
    private long nextId;

    private @Nullable Segment writing;
    private Disk.@Nullable Output output;
    private final List<RecordHeader> unsynced = new ArrayList<>();
    private long unsyncedBytes;

    /**
     * @param found oldest first
     * @param books to begin a segment with
     * @param durable hears of each record that may be read now
     */
    SegmentLog(Path folder, Disk disk, LongSupplier segmentBytes, Supplier<Books> books, Deque<Segment> found,
            BiConsumer<RecordHeader, Segment> durable) {
        this.folder = folder;
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.books = books;
        this.segments = found;
        this.durable = durable;
        this.nextId = found.isEmpty() ? 1 : found.getLast().id + 1;
    }

    /** Oldest first; a live view. */
    Deque<Segment> segments() {
        return segments;
    }

    /** Durable only after {@link #sync}. After an exception, {@link #abandon}. */
    void append(RecordHeader header, byte[] record) throws IOException {
        Segment to = writing;
        if (to == null || to.bytes + unsyncedBytes + record.length > segmentBytes.getAsLong()) {
            to = begin();
        }
        if (output != null) {
            output.write(ByteBuffer.wrap(record));
        }
        unsynced.add(header);
        unsyncedBytes += record.length;
    }

    private Segment begin() throws IOException {
        sync();
        finish();
        Tally end = segments.isEmpty() ? books.get().settled() : segments.getLast().end;
        // Never the same again, even if this one comes to nothing: what is left of it may be impossible to remove.
        Segment made = new Segment(folder, nextId++, end);
        Disk.Output to = disk.create(made.file);
        output = to;
        writing = made;
        segments.addLast(made);
        made.bytes = Segment.HEADER_BYTES;
        to.write(SegmentFile.header(books.get()));
        return made;
    }

    void sync() throws IOException {
        Segment to = writing;
        Disk.Output through = output;
        if (to == null || through == null || unsynced.isEmpty()) {
            return;
        }
        through.force();
        to.bytes += unsyncedBytes;
        for (RecordHeader record : unsynced) {
            to.holds(record);
            durable.accept(record, to);
        }
        unsynced.clear();
        unsyncedBytes = 0;
    }

    long unsyncedBytes() {
        return unsyncedBytes;
    }

    /** The next record begins a segment. */
    void finish() throws IOException {
        Disk.Output done = output;
        output = null;
        writing = null;
        if (done != null) {
            done.close();
        }
    }

    /** Gives up what is not durable, with the segment: after a failed write or sync nobody knows what of it the disk has. */
    void abandon() {
        Disk.Output failed = output;
        Segment segment = writing;
        output = null;
        writing = null;
        unsynced.clear();
        unsyncedBytes = 0;
        if (failed == null || segment == null) {
            return;
        }
        try (failed) {
            failed.truncate(segment.bytes);
        } catch (IOException e) {
            // Then whole records stay there. They are passed over, as their numbers come again in a later segment.
            LOG.debug("{} could not be cut to {} bytes", segment.file, segment.bytes, e);
        }
        if (segment.bytes <= Segment.HEADER_BYTES) {
            segments.remove(segment);
            tryDelete(segment);
        }
    }

    long bytes() {
        long sum = unsyncedBytes;
        for (Segment segment : segments) {
            sum += segment.bytes;
        }
        return sum;
    }

    int count() {
        return segments.size();
    }

    /** One that is not written to any more. */
    Optional<Segment> oldestFinished() {
        return Optional.ofNullable(segments.peekFirst()).filter(segment -> !segment.equals(writing));
    }

    /** The one that is written to. */
    Optional<Segment> unfinished() {
        return Optional.ofNullable(writing);
    }

    /** Its reader must have left it. */
    void delete(Segment segment) throws IOException {
        disk.delete(segment.file);
        segments.remove(segment);
    }

    private void tryDelete(Segment segment) {
        try {
            disk.delete(segment.file);
        } catch (IOException e) {
            // It holds nothing that would be believed.
            LOG.debug("{} could not be deleted", segment.file, e);
        }
    }

    @Override
    public void close() throws IOException {
        finish();
    }
}
