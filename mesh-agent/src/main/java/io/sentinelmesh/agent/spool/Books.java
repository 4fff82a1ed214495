package io.sentinelmesh.agent.spool;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What is final: the fates of the oldest rows, up to the first one that is still waiting. Rows are numbered in the order in which they were
 * made, so the number of rows in here is also the cursor: those with a higher number are not settled.
 *
 * @param made rows numbered so far, settled or not
 */
record Books(Tally made, Tally acknowledged, Drops dropped) {

    static final Books NEW = new Books(Tally.ZERO, Tally.ZERO, Drops.NONE);

    /** On disk, with room to grow; see docs/spool.md. */
    static final int BYTES = 256;

    private static final int MAGIC = 0x31624d53; // "SMb1", little-endian
    private static final int CHECKED_FROM = 8;

    Books {
        if (acknowledged.plus(dropped.total()).rows() > made.rows()) {
            throw new IllegalArgumentException("more rows settled than made: " + acknowledged + ", " + dropped
                    + " of " + made);
        }
    }

    /** All rows up to this number, and the results in them. */
    Tally settled() {
        return acknowledged.plus(dropped.total());
    }

    Books withMade(Tally rows) {
        return new Books(rows, acknowledged, dropped);
    }

    /**
     * Settles all rows up to {@code end}: those that are not told of are gone, since nothing was found of them on the way.
     */
    Books settle(Tally end, Tally nowAcknowledged, Drops nowDropped) {
        Tally told = nowAcknowledged.plus(nowDropped.total());
        Tally lost = end.minus(settled()).minus(told);
        return new Books(made, acknowledged.plus(nowAcknowledged),
                dropped.plus(nowDropped).plus(DropReason.CORRUPT, lost));
    }

    ByteBuffer encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(0);
        put(bytes, made);
        put(bytes, acknowledged);
        for (DropReason reason : DropReason.values()) {
            bytes.position(position(reason));
            put(bytes, dropped.of(reason));
        }
        bytes.putInt(4, checksum(bytes));
        return bytes.clear();
    }

    /** Empty if these bytes are not what {@link #encoded} made. */
    static Optional<Books> decode(ByteBuffer slot) {
        ByteBuffer bytes = slot.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < BYTES || bytes.getInt(0) != MAGIC || bytes.getInt(4) != checksum(bytes)) {
            return Optional.empty();
        }
        try {
            bytes.position(CHECKED_FROM);
            Tally made = tally(bytes);
            Tally acknowledged = tally(bytes);
            Map<DropReason, Tally> dropped = new EnumMap<>(DropReason.class);
            for (DropReason reason : DropReason.values()) {
                bytes.position(position(reason));
                dropped.put(reason, tally(bytes));
            }
            return Optional.of(new Books(made, acknowledged, new Drops(dropped)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether these were written after those: nothing in the books ever goes back. */
    boolean newerThan(Books other) {
        long settled = settled().rows();
        long before = other.settled().rows();
        return settled > before || (settled == before && made.rows() > other.made.rows());
    }

    private static int position(DropReason reason) {
        return CHECKED_FROM + 16 + 16 * reason.number();
    }

    private static void put(ByteBuffer to, Tally tally) {
        to.putLong(tally.rows()).putLong(tally.results());
    }

    private static Tally tally(ByteBuffer from) {
        return new Tally(from.getLong(), from.getLong());
    }

    private static int checksum(ByteBuffer slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot.duplicate().position(CHECKED_FROM).limit(BYTES));
        return (int) crc.getValue();
    }
}
