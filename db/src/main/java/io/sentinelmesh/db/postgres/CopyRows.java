package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads the rows of a query by COPY in binary: the server sends columns as they are, the driver makes no objects of them, and no row waits for the
 * last one. Such a statement takes no parameters, so only numbers and times of ours may be written into it. For one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL, COPY, "Binary Format"</a>
 */
final class CopyRows {

    /** Takes rows. The fields are read in the order of the query's columns. */
    interface Sink {
        void row(CopyRows row) throws SQLException;
    }

    private static final int SIGNATURE_AND_FLAGS_BYTES = 15;
    private static final int END = -1;
    private static final int INT2_OID = 21;

    private byte[] row = new byte[0];
    private int at;

    private CopyRows() {
    }

    static void read(Connection connection, String query, Sink sink) throws SQLException {
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI()
                .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)");
        CopyRows rows = new CopyRows();
        boolean begun = false;
        try {
            for (byte @Nullable [] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
                rows.row = message;
                rows.at = 0;
                if (!begun) {
                    begun = true;
                    rows.at = SIGNATURE_AND_FLAGS_BYTES;
                    int extension = rows.number();
                    rows.at += extension;
                }
                if (rows.at < message.length && rows.shortNumber() != END) {
                    sink.row(rows);
                }
            }
        } catch (SQLException | RuntimeException failure) {
            readToTheEnd(copy, failure);
            throw failure;
        }
    }

    /** After a sink gave up. Cancelled, the copy would leave its connection out of step, and whoever gets that next would fail for it. */
    private static void readToTheEnd(CopyOut copy, Exception failure) {
        try {
            while (copy.isActive() && copy.readFromCopy() != null) {
                // Nobody wants these rows.
            }
        } catch (SQLException lost) {
            failure.addSuppressed(lost);
        }
    }

    /** As SQL writes a time. PostgreSQL keeps microseconds. */
    static String literal(Instant time) {
        return "timestamptz '" + time.truncatedTo(ChronoUnit.MICROS) + "'";
    }

    int int2() {
        at += Integer.BYTES;
        return shortNumber();
    }

    int int4() {
        at += Integer.BYTES;
        return number();
    }

    /** Microseconds since the year 2000. */
    long timestamp() {
        at += Integer.BYTES;
        return longNumber();
    }

    UUID uuid() {
        at += Integer.BYTES;
        return new UUID(longNumber(), longNumber());
    }

    static long epochMillis(long timestamp) {
        return Math.floorDiv(timestamp, 1_000) + 1_000 * BinaryCopy.POSTGRES_EPOCH_SECONDS;
    }

    /**
     * Goes to a field of bytes, which stand in {@link #buffer} from {@link #offset} on until the next row. The last field that is read.
     *
     * @return how many; -1: NULL
     */
    int bytes() {
        return number();
    }

    byte[] buffer() {
        return row;
    }

    int offset() {
        return at;
    }

    /** An array of one dimension of int2 or int4, NULL as none; an element that is NULL is given as -1. */
    int[] ints() {
        if (number() < 0) {
            return new int[0];
        }
        int dimensions = number();
        at += 4;
        int elementType = number();
        if (dimensions == 0) {
            return new int[0];
        }
        int[] values = new int[number()];
        at += 4;
        for (int i = 0; i < values.length; i++) {
            int size = number();
            values[i] = size < 0 ? -1 : elementType == INT2_OID ? shortNumber() : number();
        }
        return values;
    }

    private long longNumber() {
        return (long) number() << Integer.SIZE | Integer.toUnsignedLong(number());
    }

    private int number() {
        int value = row[at] << 24 | Byte.toUnsignedInt(row[at + 1]) << 16 | Byte.toUnsignedInt(row[at + 2]) << 8
                | Byte.toUnsignedInt(row[at + 3]);
        at += 4;
        return value;
    }

    private int shortNumber() {
        int value = row[at] << 8 | Byte.toUnsignedInt(row[at + 1]);
        at += 2;
        return value;
    }
}
