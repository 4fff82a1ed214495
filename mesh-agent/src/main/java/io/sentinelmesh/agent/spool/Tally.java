package io.sentinelmesh.agent.spool;

import io.sentinelmesh.measurement.MatrixRow;

/** A number of matrix rows and of the results in them: whatever is counted here is counted both ways. */
public record Tally(long rows, long results) {

    public static final Tally ZERO = new Tally(0, 0);

    public Tally {
        if (rows < 0 || results < 0) {
            throw new IllegalArgumentException("there cannot be " + rows + " rows with " + results + " results");
        }
    }

    public static Tally of(MatrixRow row) {
        return new Tally(1, row.results().size());
    }

    public Tally plus(Tally other) {
        return new Tally(rows + other.rows, results + other.results);
    }

    /**
     * @throws IllegalArgumentException if that would leave less than nothing
     */
    public Tally minus(Tally other) {
        return new Tally(rows - other.rows, results - other.results);
    }

    public boolean isZero() {
        return rows == 0 && results == 0;
    }
}
