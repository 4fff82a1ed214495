package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** Reads durable records in the order of their numbers, each once until told to go back. Of the spool's thread. */
final class LogReader implements AutoCloseable {

    private final Deque<Segment> segments;
    private final Consumer<Segment> left;

    private @Nullable Segment segment;
    private @Nullable SegmentFile file;
    private @Nullable RecordScanner scanner;
    private boolean waiting;
    private long nextNumber = 1;

    /**
     * @param left hears of each segment that was read to its end, when the next one is begun: what is still unread in it then was not found
     */
    LogReader(Deque<Segment> segments, Consumer<Segment> left) {
        this.segments = segments;
        this.left = left;
    }

    /** What comes next is this number, or the first there is behind it. */
    void seek(long number) throws IOException {
        close();
        nextNumber = number;
    }

    /** What comes before this number was read elsewhere. */
    void skipTo(long number) {
        nextNumber = Math.max(nextNumber, number);
        waiting = waiting && scanner != null && scanner.header().number() >= nextNumber;
    }

    /** The next record, without taking it. */
    Optional<RecordHeader> peek() throws IOException {
        while (!waiting) {
            Segment at = segment == null ? first() : segment;
            if (at == null) {
                return Optional.empty();
            }
            if (found(at)) {
                waiting = true;
            } else {
                Segment later = after(at);
                if (later == null) {
                    return Optional.empty();
                }
                close();
                left.accept(at);
                segment = later;
            }
        }
        return Optional.ofNullable(scanner).map(RecordScanner::header);
    }

    byte[] payload() throws IOException {
        return Optional.ofNullable(scanner).orElseThrow().payload();
    }

    /** Goes on behind the record that {@link #peek} showed, and says where it is. */
    Segment take() {
        RecordHeader taken = Optional.ofNullable(scanner).orElseThrow().header();
        Segment from = Optional.ofNullable(segment).orElseThrow();
        nextNumber = taken.end().rows() + 1;
        waiting = false;
        return from;
    }

    private boolean found(Segment at) throws IOException {
        RecordScanner in = scanner;
        if (in == null) {
            SegmentFile opened = SegmentFile.open(at.file);
            in = opened.scan(at.bytes, (_, _) -> {
                // Counted by what is missing, not by its bytes.
            });
            file = opened;
            scanner = in;
            segment = at;
        }
        in.limit(at.bytes);
        while (in.advance()) {
            if (in.header().number() >= nextNumber) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Segment first() {
        for (Segment each : segments) {
            if (each.end.rows() >= nextNumber) {
                return each;
            }
        }
        return null;
    }

    private @Nullable Segment after(Segment at) {
        for (Segment each : segments) {
            if (each.id > at.id && each.end.rows() >= nextNumber) {
                return each;
            }
        }
        return null;
    }

    /** The segment that is read at present. */
    Optional<Segment> at() {
        return Optional.ofNullable(segment == null ? first() : segment);
    }

    /** The segment will not be there any more. */
    void leave(Segment gone) throws IOException {
        if (gone.equals(segment)) {
            close();
        }
        nextNumber = Math.max(nextNumber, gone.end.rows() + 1);
    }

    @Override
    public void close() throws IOException {
        SegmentFile open = file;
        file = null;
        scanner = null;
        segment = null;
        waiting = false;
        if (open != null) {
            open.close();
        }
    }
}
