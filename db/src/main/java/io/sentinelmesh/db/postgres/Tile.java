package io.sentinelmesh.db.postgres;

import java.sql.SQLException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.db.tile.RoundTile;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.PairResult;

/** One row of table tile in the making: a source's round towards up to 64 destinations. */
final class Tile {

    static final int CELLS = RoundTile.CELLS;
    static final String COLUMNS = "time, source, round_ms, tile, kind, cells, problems";
    private static final int COLUMN_COUNT = 7;

    private final MatrixRow row;
    private final int source;
    private final int number;
    private final @Nullable PairResult[] cells = new PairResult[CELLS];
    private int end;

    Tile(MatrixRow row, int source, int number) {
        this.row = row;
        this.source = source;
        this.number = number;
    }

    /** False if the cell is taken: then the result needs another tile of the same number. */
    boolean add(int cell, PairResult result) {
        if (cells[cell] != null) {
            return false;
        }
        cells[cell] = result;
        end = Math.max(end, cell + 1);
        return true;
    }

    void writeTo(BinaryCopy copy, RoundTile encoder) throws SQLException {
        copy.beginRow(COLUMN_COUNT);
        copy.timestamp(row.roundStart());
        copy.int4(source);
        copy.int4(Math.toIntExact(row.roundLength().toMillis()));
        copy.int2(number);
        copy.int2(row.kind().number());
        copy.bytes(encoder.bytes(), encoder.encode(cells, end));
        Optional<String> problems = problems();
        if (problems.isPresent()) {
            copy.jsonb(problems.get());
        } else {
            copy.nullField();
        }
    }

    private Optional<String> problems() {
        ProblemsJson json = new ProblemsJson();
        for (int cell = 0; cell < end; cell++) {
            PairResult result = cells[cell];
            if (result != null) {
                // Arrays count from 1 in SQL, and so does this.
                json.add(cell + 1, result);
            }
        }
        return json.finish();
    }
}
