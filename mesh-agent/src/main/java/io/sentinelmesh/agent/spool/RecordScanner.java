package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the whole records of a segment, one after another, whatever lies between them. Reads through a window, so that the size of a segment
 * does not matter. One thread.
 */
final class RecordScanner {

    private static final int WINDOW_BYTES = 256 * 1024;

    /** Hears of what was passed over. */
    interface DamageListener {
        void damaged(long offset, long bytes);
    }

    private final FileChannel channel;
    private final DamageListener damage;
    private byte[] window = new byte[WINDOW_BYTES];
    private long windowOffset;
    private int windowBytes;
    /** Where the next record is looked for. */
    private long next;
    private long limit;
    private Optional<RecordHeader> found = Optional.empty();
    private long foundOffset;

    /**
     * @param from offset of the first record
     * @param limit where to stop: what is behind is not there yet
     */
    RecordScanner(FileChannel channel, long from, long limit, DamageListener damage) {
        this.channel = channel;
        this.next = from;
        this.limit = limit;
        this.damage = damage;
    }

    /** More has been written; records end where the limit is. */
    void limit(long newLimit) {
        limit = newLimit;
    }

    /**
     * @return whether there is one more
     * @throws IOException if the disk does not give its bytes; the next call tries the same place again
     */
    boolean advance() throws IOException {
        long damagedFrom = next;
        while (next < limit) {
            Optional<RecordHeader> record = recordAt(next);
            if (record.isPresent()) {
                tell(damagedFrom, next);
                found = record;
                foundOffset = next;
                next += RecordHeader.BYTES + record.get().length();
                return true;
            }
            next = magicAfter(next);
        }
        tell(damagedFrom, next);
        found = Optional.empty();
        return false;
    }

    private void tell(long from, long to) {
        if (to > from) {
            damage.damaged(from, to - from);
        }
    }

    RecordHeader header() {
        return found.orElseThrow();
    }

    long offset() {
        return foundOffset;
    }

    /** Of the record that was found last, read again: it may have left the window. */
    byte[] payload() throws IOException {
        int length = header().length();
        int at = show(foundOffset, RecordHeader.BYTES + length);
        return Arrays.copyOfRange(window, at + RecordHeader.BYTES, at + RecordHeader.BYTES + length);
    }

    private Optional<RecordHeader> recordAt(long offset) throws IOException {
        if (limit - offset < RecordHeader.BYTES) {
            return Optional.empty();
        }
        int at = show(offset, RecordHeader.BYTES);
        Optional<Integer> length = at < 0 ? Optional.empty() : RecordHeader.announced(window, at);
        if (length.isEmpty() || limit - offset < RecordHeader.BYTES + length.get()) {
            return Optional.empty();
        }
        int whole = show(offset, RecordHeader.BYTES + length.get());
        return whole < 0 ? Optional.empty() : RecordHeader.decode(window, whole, length.get());
    }

    /** The next place that could be a record's start, or the limit. */
    private long magicAfter(long offset) throws IOException {
        byte[] magic = RecordHeader.MAGIC;
        for (long at = offset + 1; at + magic.length <= limit; at++) {
            int i = show(at, magic.length);
            if (i < 0) {
                break;
            }
            if (window[i] == magic[0] && Arrays.equals(window, i, i + magic.length, magic, 0, magic.length)) {
                return at;
            }
        }
        return limit;
    }

    /**
     * @return where in the window these bytes are; negative if the file ends before them
     */
    private int show(long offset, int bytes) throws IOException {
        if (offset < windowOffset || offset + bytes > windowOffset + windowBytes) {
            fill(offset, bytes);
        }
        return offset + bytes > windowOffset + windowBytes ? -1 : (int) (offset - windowOffset);
    }

    private void fill(long offset, int bytes) throws IOException {
        if (bytes > window.length) {
            window = new byte[RecordHeader.BYTES + RecordHeader.MAX_PAYLOAD_BYTES];
        }
        windowOffset = offset;
        windowBytes = 0;
        ByteBuffer to = ByteBuffer.wrap(window).limit((int) Math.min(window.length, limit - offset));
        while (to.hasRemaining()) {
            int read = channel.read(to, offset + to.position());
            if (read < 0) {
                break;
            }
            windowBytes = to.position();
        }
    }
}
