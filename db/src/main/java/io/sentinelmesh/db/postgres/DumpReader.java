package io.sentinelmesh.db.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

import org.postgresql.PGConnection;

import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoreFlavour;
import io.sentinelmesh.db.dump.DumpListener;
import io.sentinelmesh.db.dump.DumpedTable;
import io.sentinelmesh.db.dump.RowSource;
import io.sentinelmesh.db.dump.StoreDump;

/** Loads a dump into an empty database of any flavour: all of it or nothing. Later migrations run when an aggregator starts. */
public final class DumpReader {

    private static final int PIECE_BYTES = 64 * 1024;
    private static final String AGGREGATORS = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'sentinel-mesh'""";

    private DumpReader() {
    }

    /** @throws StoreException with what to do about it */
    public static void load(DatabaseAddress address, StoreDump dump, RowSource source, DumpListener listener) {
        for (DumpedTable table : dump.tables()) {
            // Names go into statements as they are.
            if (!DumpTables.IN_ORDER.contains(table.name())) {
                throw new StoreException("the file names a table that no store has: it is damaged");
            }
        }
        DataSource database = ConnectionPool.forDumps(address);
        requireUnused(database, dump);
        StoreFlavour flavour = Migrations.runTo(database, dump.schema());
        makeRoom(database, flavour, dump);
        new Transactions(database).run("load the store", connection -> {
            for (DumpedTable table : dump.tables()) {
                long rows = load(connection, table, source);
                if (rows != table.rows()) {
                    throw new StoreException("table " + table.name() + " has " + rows + " rows in the file, but "
                            + table.rows() + " were written: the file is damaged, and nothing was loaded");
                }
                DumpTables.goOnCounting(connection, table.name());
                listener.done(table.name(), rows);
            }
            return true;
        });
    }

    private static void requireUnused(DataSource database, StoreDump dump) {
        try (Connection connection = database.getConnection()) {
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery(AGGREGATORS)) {
                found.next();
                if (found.getLong(1) > 0) {
                    throw new StoreException("an aggregator is connected to this database: stop it first");
                }
            }
            Optional<String> version = Migrations.version(connection);
            if (version.isPresent() && !version.get().equals(dump.schema())) {
                throw new StoreException("the database has tables of version " + version.get() + ", the file those of "
                        + dump.schema() + ": load it into a database where no aggregator has been yet");
            }
            for (String table : DumpTables.present(connection)) {
                if (!DumpTables.isEmpty(connection, table)) {
                    throw new StoreException("the database is in use, there are rows in table " + table
                            + ": load the file into an empty database");
                }
            }
        } catch (SQLException e) {
            throw SqlTrouble.explain("look at the database", e);
        }
    }

    private static void makeRoom(DataSource database, StoreFlavour flavour, StoreDump dump) {
        Transactions transactions = new Transactions(database);
        for (DumpedTable table : dump.tables()) {
            Optional<Cut> cut = Cut.of(table.name());
            if (cut.isEmpty() || table.times().isEmpty()) {
                continue;
            }
            List<Instant> starts = new ArrayList<>();
            Instant last = table.times().get().last();
            for (Instant at = table.times().get().first(); !at.isAfter(last); at = cut.get()
                    .end(cut.get().firstDay(at))) {
                starts.add(at);
            }
            Partitions.of(cut.get(), flavour, transactions).require(starts);
        }
    }

    private static long load(Connection connection, DumpedTable table, RowSource source) throws SQLException {
        List<String> known = DumpTables.columns(connection, table.name());
        if (!known.containsAll(table.columns())) {
            throw new StoreException("table " + table.name() + " of the file has other columns than the database's ("
                    + table.columns() + ", " + known + "): the file is damaged, and nothing was loaded");
        }
        String copy = "COPY " + table.name() + " (" + String.join(", ", table.columns())
                + ") FROM STDIN (FORMAT binary)";
        try (InputStream rows = source.open(table.name())) {
            return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, rows, PIECE_BYTES);
        } catch (IOException e) {
            throw new StoreException("could not read table " + table.name() + " from the file, and nothing was loaded: "
                    + e.getMessage(), e);
        }
    }
}
