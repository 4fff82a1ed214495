package io.sentinelmesh.agent.spool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/** A batch that was read and is not settled yet: the rows of one label, and the gaps before and between them. Of the spool's thread. */
final class LoadedBatch {

    private @Nullable UUID boot;
    private long sequence;
    private final long first;
    private Tally end;
    /** By where it is read from when it goes again. */
    private final Map<Segment, Contents> onDisk = new LinkedHashMap<>();
    private final Contents inMemory = new Contents();
    private boolean acknowledged;
    private boolean sent;

    /**
     * @param before all rows up to here are settled or in the batches before
     */
    LoadedBatch(Tally before) {
        this.first = before.rows() + 1;
        this.end = before;
    }

    boolean takes(RecordHeader record) {
        return record.gap().isPresent() || boot == null || isLabelled(record.boot(), record.sequence());
    }

    boolean isLabelled(UUID ofBoot, long ofSequence) {
        return ofBoot.equals(boot) && ofSequence == sequence;
    }

    boolean isUpTo(UUID ofBoot, long ofSequence) {
        return ofBoot.equals(boot) && sequence <= ofSequence;
    }

    /**
     * @param segment empty: in memory
     */
    void add(RecordHeader record, Optional<Segment> segment) {
        if (record.gap().isEmpty()) {
            boot = record.boot();
            sequence = record.sequence();
        }
        end = record.end();
        segment.map(this::in).orElse(inMemory).add(record);
    }

    /** A record of it that was in memory is on disk now. */
    void moved(RecordHeader record, Segment to) {
        inMemory.subtract(record);
        in(to).add(record);
    }

    /** A row that is of no use. */
    void useless(RecordHeader record, Optional<Segment> segment) {
        segment.map(this::in).orElse(inMemory).give(DropReason.UNREADABLE, record.tally());
    }

    /** It could not be read in full, and will be read from its start. */
    void isUnread() {
        onDisk.forEach((segment, part) -> segment.unread.add(part));
    }

    /**
     * It was read again.
     *
     * @return rows that were not found any more
     */
    Tally found(Map<Segment, Tally> rows) {
        Tally lost = Tally.ZERO;
        for (Map.Entry<Segment, Contents> part : onDisk.entrySet()) {
            Tally gone = part.getValue().rows().minus(rows.getOrDefault(part.getKey(), Tally.ZERO));
            part.getValue().give(DropReason.CORRUPT, gone);
            lost = lost.plus(gone);
        }
        return lost;
    }

    private Contents in(Segment segment) {
        return onDisk.computeIfAbsent(segment, _ -> new Contents());
    }

    /** What of it is in a segment that will not be there any more. */
    Contents leave(Segment segment) {
        Contents part = onDisk.remove(segment);
        return part == null ? new Contents() : part;
    }

    boolean isEmpty() {
        return inMemory.isEmpty() && onDisk.values().stream().allMatch(Contents::isEmpty);
    }

    Tally rows() {
        return onDisk.values().stream().map(Contents::rows).reduce(inMemory.rows(), Tally::plus);
    }

    Drops gaps() {
        return onDisk.values().stream().map(Contents::gaps).reduce(inMemory.gaps(), Drops::plus);
    }

    Optional<UUID> boot() {
        return Optional.ofNullable(boot);
    }

    long sequence() {
        return sequence;
    }

    /** Number of its first row, or of the first gap before it. */
    long first() {
        return first;
    }

    Tally end() {
        return end;
    }

    boolean acknowledged() {
        return acknowledged;
    }

    void acknowledge() {
        acknowledged = true;
    }

    boolean sent() {
        return sent;
    }

    void sent(boolean now) {
        sent = now;
    }

    boolean underWay() {
        return sent && !acknowledged;
    }
}
