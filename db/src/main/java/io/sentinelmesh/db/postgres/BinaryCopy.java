package io.sentinelmesh.db.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.postgresql.copy.CopyIn;

/**
 * Encodes rows in PostgreSQL's binary COPY format and hands them on in pieces. The caller writes the fields of a row in the order of the
 * COPY statement's columns. For one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL, COPY, "Binary Format"</a>
 */
final class BinaryCopy {

    /** Where rows go. */
    interface Sink {
        void write(byte[] bytes, int length) throws SQLException;
    }

    private static final int PIECE_BYTES = 64 * 1024;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final int INT8_OID = 20;
    /** PostgreSQL counts microseconds from 2000-01-01. */
    static final long POSTGRES_EPOCH_SECONDS = 946_684_800L;
    private static final int NULL_LENGTH = -1;
    private static final byte JSONB_VERSION = 1;

    private final Sink sink;
    private byte[] buffer = new byte[PIECE_BYTES + 8 * 1024];
    private int length;

    BinaryCopy(Sink sink) {
        this.sink = sink;
        append(SIGNATURE);
        putInt(0); // flags: no OIDs
        putInt(0); // no header extension
    }

    static BinaryCopy into(CopyIn copy) {
        return new BinaryCopy((bytes, count) -> copy.writeToCopy(bytes, 0, count));
    }

    void beginRow(int fields) throws SQLException {
        if (length >= PIECE_BYTES) {
            flush();
        }
        putShort(fields);
    }

    void int2(int value) {
        putInt(2);
        putShort(value);
    }

    void int4(int value) {
        putInt(4);
        putInt(value);
    }

    void timestamp(Instant value) {
        timestamp(Math.addExact(Math.multiplyExact(value.getEpochSecond() - POSTGRES_EPOCH_SECONDS, 1_000_000L),
                value.getNano() / 1_000));
    }

    /**
     * @param micros since {@link #POSTGRES_EPOCH_SECONDS}
     */
    void timestamp(long micros) {
        int8(micros);
    }

    void float8(double value) {
        int8(Double.doubleToRawLongBits(value));
    }

    /** One dimension, lower bound 1. */
    void int8Array(List<Long> values) {
        putInt((values.isEmpty() ? 12 : 20) + 12 * values.size());
        putInt(values.isEmpty() ? 0 : 1);
        putInt(0); // no NULL
        putInt(INT8_OID);
        if (!values.isEmpty()) {
            putInt(values.size());
            putInt(1);
        }
        values.forEach(this::int8);
    }

    private void int8(long value) {
        putInt(8);
        putInt((int) (value >>> 32));
        putInt((int) value);
    }

    void nullField() {
        putInt(NULL_LENGTH);
    }

    void jsonb(String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        putInt(text.length + 1);
        reserve(1);
        buffer[length++] = JSONB_VERSION;
        append(text);
    }

    void bytes(byte[] value, int count) {
        putInt(count);
        reserve(count);
        System.arraycopy(value, 0, buffer, length, count);
        length += count;
    }

    void end() throws SQLException {
        putShort(-1);
        flush();
    }

    private void flush() throws SQLException {
        sink.write(buffer, length);
        length = 0;
    }

    private void append(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void putShort(int value) {
        reserve(2);
        buffer[length++] = (byte) (value >> 8);
        buffer[length++] = (byte) value;
    }

    private void putInt(int value) {
        reserve(4);
        setInt(length, value);
        length += 4;
    }

    private void setInt(int at, int value) {
        buffer[at] = (byte) (value >> 24);
        buffer[at + 1] = (byte) (value >> 16);
        buffer[at + 2] = (byte) (value >> 8);
        buffer[at + 3] = (byte) value;
    }

    private void reserve(int bytes) {
        if (length + bytes > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + bytes));
        }
    }
}
