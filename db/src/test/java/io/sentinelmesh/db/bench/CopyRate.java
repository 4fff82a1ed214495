package io.sentinelmesh.db.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** What PostgreSQL's own COPY costs for one row of each pair. */
final class CopyRate {

    private CopyRate() {
    }

    /** @param cpuSeconds of the client and of all processes of the server */
    record Result(long rows, double cpuSeconds) {
    }

    /** As fast as one connection takes them: one row for each pair, in the order in which rounds would come. */
    static Result measure(Connection connection, Path folder, int seconds) throws IOException, SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS bench_copy CASCADE");
            statement.execute("CREATE SCHEMA bench_copy");
            statement.execute("CREATE TABLE bench_copy.result (time timestamptz NOT NULL, source int NOT NULL,"
                    + " destination int NOT NULL, kind smallint NOT NULL, sent smallint NOT NULL, received smallint NOT NULL,"
                    + " min_us int, lower_quartile_us int, median_us int, upper_quartile_us int, max_us int)");
            statement.execute("CREATE INDEX ON bench_copy.result (source, destination, time)");
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            CopyFeed rows = new CopyFeed();
            // What the JIT and the server's first pages cost is in neither figure.
            copies.copyIn("COPY bench_copy.result FROM STDIN (FORMAT binary)", rows.next());
            double server = ServerCpu.server(folder);
            double client = ServerCpu.own();
            double making = 0;
            long count = 0;
            long until = System.nanoTime() + seconds * 1_000_000_000L;
            while (System.nanoTime() - until < 0) {
                double before = ServerCpu.own();
                InputStream made = rows.next();
                making += ServerCpu.own() - before;
                copies.copyIn("COPY bench_copy.result FROM STDIN (FORMAT binary)", made);
                count += CopyFeed.ROWS_PER_COPY;
            }
            double clientUsed = ServerCpu.own() - client;
            // Of the mesh's tables, too, all is written out that was in memory only.
            statement.execute("CHECKPOINT");
            double serverUsed = ServerCpu.server(folder) - server;
            try (ResultSet stored = statement.executeQuery("SELECT count(*) FROM bench_copy.result")) {
                stored.next();
                if (stored.getLong(1) != count + CopyFeed.ROWS_PER_COPY) {
                    throw new IllegalStateException(
                            "of " + (count + CopyFeed.ROWS_PER_COPY) + " rows " + stored.getLong(1)
                                    + " were stored");
                }
            }
            statement.execute("DROP SCHEMA bench_copy CASCADE");
            // Making up the delays is the simulator's work above, and nobody's here; writing them as COPY wants them is the client's.
            return new Result(count, clientUsed - making + serverUsed);
        }
    }
}
