package io.sentinelmesh.db.postgres;

import java.sql.SQLException;
import java.time.Instant;

/**
 * One row of a tier in the making.
 *
 * @param period by the second at which it starts
 */
record SummedTile(long period, int source, int number, int kind, CellBytes cells) {

    static final String COLUMNS = "time, source, tile, kind, cells";

    void writeTo(BinaryCopy copy) throws SQLException {
        copy.beginRow(5);
        copy.timestamp(Instant.ofEpochSecond(period));
        copy.int4(source);
        copy.int2(number);
        copy.int2(kind);
        cells.writeTo(copy);
    }
}
