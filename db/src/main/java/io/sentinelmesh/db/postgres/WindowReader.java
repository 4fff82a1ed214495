package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.UnanswerableException;
import io.sentinelmesh.db.reads.Window;
import io.sentinelmesh.measurement.MeshNode;

/** Many pairs at once, by one statement in one snapshot; what it sends is summed up here, for sketches are merged in no database. Thread-safe. */
final class WindowReader implements MeshReads {

    /** For others' questions to be answered. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    /** One snapshot for names, layouts and results. */
    private static final String SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
    private static final List<String> LIMITS = List.of("SET LOCAL statement_timeout = " + LONGEST_READ.toMillis(),
            // Rows are found by time or by pair. Statistics of a partition that was just made tell nothing, and a plan made from them may read all.
            "SET LOCAL enable_seqscan = off",
            // For the sort, which is of kilobytes a row.
            "SET LOCAL work_mem = '32MB'");

    private final Transactions transactions;
    private final Retention retention;
    private final Clock clock;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    WindowReader(Transactions transactions, Retention retention, Clock clock) {
        this.transactions = transactions;
        this.retention = retention;
        this.clock = clock;
    }

    @Override
    public List<MeshNode> nodes() {
        return transactions.withConnection("list the nodes",
                connection -> List.copyOf(MeshDirectory.nodes(connection).values()));
    }

    @Override
    public Retention retention() {
        return retention;
    }

    @Override
    public Window fitted(Window asked, Slot slot) {
        return Span.fitted(asked, slot, minutesSince());
    }

    private Instant minutesSince() {
        return clock.instant().minus(retention.minutes());
    }

    @Override
    public void read(PairQuery query, Sink sink) {
        takePlace();
        try {
            transactions.runOnce("read many pairs from " + query.windows().getFirst().from(),
                    connection -> read(connection, query, sink));
        } finally {
            places.release();
        }
    }

    private void takePlace() {
        try {
            if (!places.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreException(MOST_AT_ONCE
                        + " questions about many pairs are being answered already: ask again in a few seconds");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StoreException("the program ends", stop);
        }
    }

    private boolean read(Connection connection, PairQuery query, Sink sink) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(SNAPSHOT);
            for (String limit : LIMITS) {
                statement.execute(limit);
            }
        }
        try {
            MeshDirectory directory = MeshDirectory.load(connection);
            List<Span> spans = query.windows().stream().map(window -> Span.of(window, query.slot())).toList();
            Optional<String> sql = WindowQuery.of(query.kind(), spans, directory.sources(query.scope()));
            if (sql.isPresent()) {
                WindowFold fold = new WindowFold(directory, query, sink);
                CopyRows.read(connection, sql.get(), fold::add);
                fold.finish();
            }
            return true;
        } catch (SQLException e) {
            if (SqlTrouble.stateOf(e).equals(SqlTrouble.QUERY_CANCELED)) {
                throw new UnanswerableException("reading this takes longer than " + LONGEST_READ.toSeconds()
                        + " s: take a shorter window, one of whole hours, or name a sourceSite or destinationSite");
            }
            throw e;
        }
    }
}
