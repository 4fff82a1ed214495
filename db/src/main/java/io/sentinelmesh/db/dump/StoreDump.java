package io.sentinelmesh.db.dump;

import java.util.List;

/**
 * What a dump of a store holds besides the rows, which stand in PostgreSQL's binary COPY format and so fit every flavour.
 *
 * @param schema version of the tables: of the last migration that had run
 * @param tables in an order in which they can be loaded
 */
public record StoreDump(String schema, List<DumpedTable> tables) {

    public StoreDump {
        tables = List.copyOf(tables);
    }
}
