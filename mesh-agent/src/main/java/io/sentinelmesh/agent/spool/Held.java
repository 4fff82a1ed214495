package io.sentinelmesh.agent.spool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The newest rows, in memory until they are durable: a moment while the disk works, and as long as it does not. Of the spool's thread. */
final class Held {

    /**
     * @param record as on disk, header and payload
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Entry(RecordHeader header, byte[] record) {
    }

    private static final byte[] NOTHING = {};

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;

    void add(Entry entry) {
        entries.addLast(entry);
        bytes += entry.record().length;
    }

    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The first entry from this number on. */
    Optional<Entry> from(long number) {
        for (Entry entry : entries) {
            if (entry.header().number() >= number) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    List<Entry> between(long first, long last) {
        return entries.stream().filter(entry -> entry.header().number() >= first && entry.header().number() <= last)
                .toList();
    }

    List<Entry> all() {
        return List.copyOf(entries);
    }

    /** Forgets all rows up to this number. */
    void forgetThrough(long number) {
        while (!entries.isEmpty() && entries.getFirst().header().number() <= number) {
            bytes -= entries.removeFirst().record().length;
        }
    }

    void clear() {
        entries.clear();
        bytes = 0;
    }

    /**
     * Gives up the oldest rows from this number on, so many that at most {@code mostBytes} are left; one gap takes their place.
     *
     * @return what was given up
     */
    Tally shrink(long fromNumber, long mostBytes) {
        List<Entry> keep = new ArrayList<>();
        Optional<RecordHeader> gap = Optional.empty();
        Tally lost = Tally.ZERO;
        long left = bytes;
        for (Entry entry : entries) {
            RecordHeader header = entry.header();
            boolean row = header.gap().isEmpty();
            if (header.number() >= fromNumber && (row ? left > mostBytes : isHole(header))) {
                left -= entry.record().length;
                lost = row ? lost.plus(header.tally()) : lost;
                gap = Optional.of(gap.map(open -> widened(open, header)).orElseGet(() -> hole(header)));
            } else {
                gap.ifPresent(open -> keep.add(new Entry(open, open.encode(NOTHING))));
                gap = Optional.empty();
                keep.add(entry);
            }
        }
        gap.ifPresent(open -> keep.add(new Entry(open, open.encode(NOTHING))));
        clear();
        keep.forEach(this::add);
        return lost;
    }

    private static boolean isHole(RecordHeader header) {
        return header.gap().filter(reason -> reason == DropReason.DISK_ERROR).isPresent();
    }

    private static RecordHeader hole(RecordHeader of) {
        return new RecordHeader(Optional.of(DropReason.DISK_ERROR), of.number(), of.rows(), of.results(),
                of.resultsBefore(), of.boot(), of.sequence(), of.madeAtMicros(), 0);
    }

    private static RecordHeader widened(RecordHeader open, RecordHeader by) {
        return new RecordHeader(open.gap(), open.number(), open.rows() + by.rows(), open.results() + by.results(),
                open.resultsBefore(), open.boot(), open.sequence(), by.madeAtMicros(), 0);
    }
}
