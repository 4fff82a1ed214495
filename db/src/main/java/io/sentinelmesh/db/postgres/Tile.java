package io.sentinelmesh.db.postgres;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.PairResult;

/** One row of table tile in the making: a source's round towards up to 64 destinations. */
final class Tile {

    static final int CELLS = 64;
    static final String COLUMNS = "time, source, round_ms, tile, kind, sent, received,"
            + " min_us, lower_quartile_us, median_us, upper_quartile_us, max_us, problems";
    private static final int COLUMN_COUNT = 13;

    private final MatrixRow row;
    private final int source;
    private final int number;
    private final @Nullable PairResult[] cells = new PairResult[CELLS];
    private int end;
    private boolean answered;

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
        answered |= !result.delays().isEmpty();
        return true;
    }

    void writeTo(BinaryCopy copy) throws SQLException {
        copy.beginRow(COLUMN_COUNT);
        copy.timestamp(start());
        copy.int4(source);
        copy.int4(Math.toIntExact(row.roundLength().toMillis()));
        copy.int2(number);
        copy.int2(row.kind().number());
        copy.int2Array(end, cell -> figure(cell, PairResult::sent));
        copy.int2Array(end, cell -> figure(cell, PairResult::received));
        if (answered) {
            quantiles(copy, 0.0);
            quantiles(copy, 0.25);
            quantiles(copy, 0.5);
            quantiles(copy, 0.75);
            quantiles(copy, 1.0);
        } else {
            for (int i = 0; i < 5; i++) {
                copy.nullField();
            }
        }
        Optional<String> problems = problems();
        if (problems.isPresent()) {
            copy.jsonb(problems.get());
        } else {
            copy.nullField();
        }
    }

    private Instant start() {
        return row.roundStart();
    }

    private void quantiles(BinaryCopy copy, double q) {
        copy.int4Array(end, cell -> figure(cell, result -> result.delays().isEmpty()
                ? BinaryCopy.NULL_ELEMENT
                : result.delays().quantileMicros(q)));
    }

    private int figure(int cell, ToIntFunction<PairResult> figure) {
        PairResult result = cells[cell];
        return result == null ? BinaryCopy.NULL_ELEMENT : figure.applyAsInt(result);
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
