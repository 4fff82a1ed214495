package io.sentinelmesh.db.dump;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One table of a dump.
 *
 * @param columns in the order of the fields of each row
 * @param times the first and the last time in it, of a table that is cut along time and has rows
 */
public record DumpedTable(String name, List<String> columns, long rows, Optional<Times> times) {

    /** Both included. */
    public record Times(Instant first, Instant last) {
    }

    public DumpedTable {
        columns = List.copyOf(columns);
    }
}
