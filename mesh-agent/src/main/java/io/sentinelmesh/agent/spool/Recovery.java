package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a spool's folder holds: every record of every segment is read and checked. Writes nothing, so it serves to look at the spool of a
 * running agent, too.
 *
 * @param books as they were kept last, with the number of rows that were ever made
 * @param logEnd the last of those that are or were on disk: what comes behind was only in memory, or was torn off
 * @param segments oldest first, each with what is waiting in it
 * @param boots whose rows wait, oldest first
 */
record Recovery(Books books, Tally logEnd, Deque<Segment> segments, SpoolBalance balance, Set<UUID> boots,
        List<Damage> damage) {

    /** Bytes that are no record. At the end of the newest segment: what was being written when the process or the host ended. */
    record Damage(Path file, long offset, long bytes) {
    }

    /** More are not listed; what they cost is counted all the same. */
    private static final int MOST_DAMAGE_LISTED = 1_000;

    static Recovery of(Path folder) throws IOException {
        Books books = StateFile.read(folder).orElse(Books.NEW);
        Deque<Segment> segments = segmentsOf(folder);
        for (Segment segment : segments) {
            Optional<Books> begun = booksOf(segment);
            if (begun.isPresent() && begun.get().newerThan(books)) {
                books = begun.get();
            }
        }
        return new Walk(books, segments).result();
    }

    private static Deque<Segment> segmentsOf(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new ArrayDeque<>();
        }
        try (Stream<Path> files = Files.list(folder)) {
            Deque<Segment> found = new ArrayDeque<>();
            files.flatMapToLong(file -> Segment.idOf(file).stream()).boxed().sorted(Comparator.naturalOrder())
                    .forEach(id -> found.add(new Segment(folder, id, Tally.ZERO)));
            return found;
        }
    }

    private static Optional<Books> booksOf(Segment segment) throws IOException {
        try (SegmentFile file = SegmentFile.open(segment.file)) {
            return file.books();
        }
    }

    private static final class Walk {

        private final Books books;
        private final Deque<Segment> segments;
        private final Set<UUID> boots = new LinkedHashSet<>();
        private final List<Damage> damage = new ArrayList<>();
        private final Contents unsettled = new Contents();
        private Tally end;

        Walk(Books books, Deque<Segment> segments) throws IOException {
            this.books = books;
            this.segments = segments;
            this.end = Tally.ZERO;
            for (Segment segment : segments) {
                read(segment);
            }
        }

        private void read(Segment segment) throws IOException {
            segment.end = end;
            try (SegmentFile file = SegmentFile.open(segment.file)) {
                segment.bytes = file.size();
                RecordScanner scanner = file.scan(segment.bytes, (offset, bytes) -> {
                    if (damage.size() < MOST_DAMAGE_LISTED) {
                        damage.add(new Damage(segment.file, offset, bytes));
                    }
                });
                while (scanner.advance()) {
                    RecordHeader record = scanner.header();
                    // What a disk kept of a segment that was abandoned comes again, the same, in a later one.
                    if (record.number() > end.rows()) {
                        found(segment, record);
                    }
                }
            }
        }

        private void found(Segment segment, RecordHeader record) {
            end = record.end();
            segment.holds(record);
            if (record.number() > books.settled().rows()) {
                segment.unread.add(record);
                unsettled.add(record);
                if (record.gap().isEmpty()) {
                    boots.add(record.boot());
                }
            }
        }

        Recovery result() {
            // What is settled need not be on disk any more.
            Tally settled = books.settled();
            Tally logEnd = end.rows() > settled.rows() ? end : settled;
            Tally made = logEnd.rows() > books.made().rows() ? logEnd : books.made();
            Tally tail = made.minus(logEnd);
            Tally lost = made.minus(settled).minus(tail).minus(unsettled.rows()).minus(unsettled.gaps().total());
            Drops dropped = books.dropped().plus(unsettled.gaps()).plus(DropReason.CORRUPT, lost)
                    .plus(DropReason.DISK_ERROR, tail);
            return new Recovery(books.withMade(made), logEnd, segments,
                    new SpoolBalance(made, books.acknowledged(), unsettled.rows(), dropped), boots, damage);
        }
    }
}
