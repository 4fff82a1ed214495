package io.sentinelmesh.db.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

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

    /** An array element that is NULL; no delay or count is negative. */
    static final int NULL_ELEMENT = -1;

    private static final int PIECE_BYTES = 64 * 1024;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final int INT8_OID = 20;
    private static final int INT2_OID = 21;
    private static final int INT4_OID = 23;
    /** PostgreSQL counts microseconds from 2000-01-01. */
    private static final long POSTGRES_EPOCH_SECONDS = 946_684_800L;
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
        long micros = Math.addExact(Math.multiplyExact(value.getEpochSecond() - POSTGRES_EPOCH_SECONDS, 1_000_000L),
                value.getNano() / 1_000);
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

    void int2Array(int count, IntUnaryOperator element) {
        array(count, element, INT2_OID, 2);
    }

    void int4Array(int count, IntUnaryOperator element) {
        array(count, element, INT4_OID, 4);
    }

    void end() throws SQLException {
        putShort(-1);
        flush();
    }

    /** One dimension, lower bound 1; ends with its last element that is not NULL. */
    private void array(int count, IntUnaryOperator element, int oid, int elementBytes) {
        int used = count;
        while (used > 0 && element.applyAsInt(used - 1) == NULL_ELEMENT) {
            used--;
        }
        int lengthAt = length;
        putInt(0);
        putInt(used == 0 ? 0 : 1);
        int hasNullAt = length;
        putInt(0);
        putInt(oid);
        boolean hasNull = false;
        if (used > 0) {
            putInt(used);
            putInt(1);
        }
        for (int i = 0; i < used; i++) {
            int value = element.applyAsInt(i);
            if (value == NULL_ELEMENT) {
                hasNull = true;
                putInt(NULL_LENGTH);
            } else {
                putInt(elementBytes);
                if (elementBytes == 2) {
                    putShort(value);
                } else {
                    putInt(value);
                }
            }
        }
        setInt(hasNullAt, hasNull ? 1 : 0);
        setInt(lengthAt, length - lengthAt - 4);
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
