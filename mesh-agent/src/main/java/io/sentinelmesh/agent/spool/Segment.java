package io.sentinelmesh.agent.spool;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/** One file of the log, as the spool's thread knows it. */
final class Segment {

    private static final String PREFIX = "segment-";
    private static final String SUFFIX = ".log";
    /** "SMSPOOL1", then the books at the time it was begun. */
    static final byte[] MAGIC = {'S', 'M', 'S', 'P', 'O', 'O', 'L', '1'};
    static final int HEADER_BYTES = MAGIC.length + Books.BYTES;

    final long id;
    final Path file;
    /** All rows up to the end of its last record; of the segments before it, while it has none. */
    Tally end;
    /** Up to here it is durable, and may be read. */
    long bytes;
    long oldestMicros = Long.MAX_VALUE;
    long newestMicros = Long.MIN_VALUE;
    /** Of its records, those not settled and not read yet. */
    final Contents unread = new Contents();

    Segment(Path folder, long id, Tally end) {
        this.id = id;
        this.file = folder.resolve(PREFIX + "%016d".formatted(id) + SUFFIX);
        this.end = end;
    }

    /** Empty for a file that is no segment. */
    static OptionalLong idOf(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length())));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    void holds(RecordHeader record) {
        end = record.end();
        oldestMicros = Math.min(oldestMicros, record.madeAtMicros());
        newestMicros = Math.max(newestMicros, record.madeAtMicros());
    }
}
