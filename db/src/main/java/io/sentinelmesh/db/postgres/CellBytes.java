package io.sentinelmesh.db.postgres;

import java.sql.SQLException;
import java.util.Arrays;

/** Bytes of a column, kept for later. Never changed. */
final class CellBytes {

    static final CellBytes NULL = new CellBytes(new byte[0]);

    private final byte[] bytes;

    private CellBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    static CellBytes copyOf(byte[] buffer, int offset, int length) {
        return length <= 0 ? NULL : new CellBytes(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return bytes.length;
    }

    void writeTo(BinaryCopy copy) throws SQLException {
        if (bytes.length == 0) {
            copy.nullField();
        } else {
            copy.bytes(bytes, bytes.length);
        }
    }
}
