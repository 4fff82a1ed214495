package io.sentinelmesh.agent.spool;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

import io.sentinelmesh.wire.FrameCodec;

/**
 * The start of a record on disk, 80 bytes, little-endian; see docs/spool.md.
 *
 * @param gap empty: one row, as a BATCH frame in the payload; else why the rows from {@code number} on are not here
 * @param number of the (first) row, from 1
 * @param rows 1, or how many rows the gap stands for
 * @param resultsBefore results in all rows before this one
 * @param boot the process that made it; with {@code sequence} the name of the batch it goes in, given once and for all
 * @param madeAtMicros since 1970 UTC, by this host's clock
 * @param length of the payload in bytes
 */
record RecordHeader(Optional<DropReason> gap, long number, long rows, long results, long resultsBefore, UUID boot,
        long sequence, long madeAtMicros, int length) {

    static final int BYTES = 80;
    static final int MAX_PAYLOAD_BYTES = FrameCodec.MAX_FRAME_BYTES;
    /** Found byte by byte behind damage. Not text, not zeros, and no frame begins so. */
    static final byte[] MAGIC = {(byte) 0xd1, 'S', 'M', 'r'};

    private static final int MAGIC_NUMBER = 0x724d53d1;
    private static final int CHECKED_FROM = 8;

    Tally tally() {
        return new Tally(rows, results);
    }

    /** All rows up to the end of this record. */
    Tally end() {
        return new Tally(number + rows - 1, resultsBefore + results);
    }

    Instant madeAt() {
        return Micros.instant(madeAtMicros);
    }

    /** The whole record. */
    byte[] encode(byte[] payload) {
        byte[] record = new byte[BYTES + payload.length];
        ByteBuffer bytes = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC_NUMBER).putInt(0).putInt(payload.length).putInt(gap.map(DropReason::number).orElse(0))
                .putLong(number).putLong(rows).putLong(results).putLong(resultsBefore);
        bytes.order(ByteOrder.BIG_ENDIAN).putLong(boot.getMostSignificantBits())
                .putLong(boot.getLeastSignificantBits()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(sequence).putLong(madeAtMicros).put(payload);
        bytes.putInt(4, checksum(record, 0, payload.length));
        return record;
    }

    /** Payload bytes that the header at this place announces, or empty if no record can begin here. */
    static Optional<Integer> announced(byte[] from, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.getInt(at + CHECKED_FROM);
        if (bytes.getInt(at) != MAGIC_NUMBER || length < 0 || length > MAX_PAYLOAD_BYTES) {
            return Optional.empty();
        }
        return Optional.of(length);
    }

    /** Empty if the record at this place, which is there in full, is damaged or of a kind that this program does not know. */
    static Optional<RecordHeader> decode(byte[] from, int at, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN).position(at + 4);
        if (bytes.getInt() != checksum(from, at, length)) {
            return Optional.empty();
        }
        bytes.getInt();
        int kind = bytes.getInt();
        Optional<DropReason> gap = DropReason.ofNumber(kind);
        long number = bytes.getLong();
        long rows = bytes.getLong();
        long results = bytes.getLong();
        long resultsBefore = bytes.getLong();
        bytes.order(ByteOrder.BIG_ENDIAN);
        UUID boot = new UUID(bytes.getLong(), bytes.getLong());
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if ((kind != 0 && gap.isEmpty()) || number < 1 || rows < 1 || results < 0 || resultsBefore < 0) {
            return Optional.empty();
        }
        return Optional.of(new RecordHeader(gap, number, rows, results, resultsBefore, boot, bytes.getLong(),
                bytes.getLong(), length));
    }

    private static int checksum(byte[] record, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(record, at + CHECKED_FROM, BYTES - CHECKED_FROM + length);
        return (int) crc.getValue();
    }
}
