package io.sentinelmesh.db.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.postgresql.PGConnection;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.dump.DumpListener;
import io.sentinelmesh.db.dump.DumpedTable;
import io.sentinelmesh.db.dump.RowSink;
import io.sentinelmesh.db.dump.StoreDump;

/**
 * Reads a whole store as it is at one instant, while aggregators go on storing. For small and middle stores: the one transaction keeps
 * VACUUM from removing what is deleted meanwhile.
 */
public final class DumpWriter {

    private DumpWriter() {
    }

    /** @throws StoreException with what to do about it */
    public static StoreDump write(DatabaseAddress address, RowSink sink, DumpListener listener) {
        try (Connection connection = ConnectionPool.forDumps(address).getConnection()) {
            String schema = Migrations.version(connection).orElseThrow(() -> new StoreException(
                    "there is no store in " + address + " yet: start an aggregator with it first"));
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            List<DumpedTable> tables = new ArrayList<>();
            for (String table : DumpTables.present(connection)) {
                DumpedTable dumped = write(connection, table, sink);
                tables.add(dumped);
                listener.done(table, dumped.rows());
            }
            connection.rollback();
            return new StoreDump(schema, tables);
        } catch (SQLException e) {
            throw SqlTrouble.explain("read the store", e);
        }
    }

    private static DumpedTable write(Connection connection, String table, RowSink sink) throws SQLException {
        List<String> columns = DumpTables.columns(connection, table);
        // From a query, since a partitioned table itself has no rows to copy.
        String copy = "COPY (SELECT " + String.join(", ", columns) + " FROM " + table + ") TO STDOUT (FORMAT binary)";
        long rows;
        try (OutputStream to = sink.open(table)) {
            rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copy, to);
        } catch (IOException e) {
            throw new StoreException("could not write what is in table " + table + ": " + e.getMessage(), e);
        }
        boolean cut = Cut.of(table).isPresent();
        return new DumpedTable(table, columns, rows,
                cut && rows > 0 ? DumpTables.times(connection, table) : Optional.empty());
    }
}
