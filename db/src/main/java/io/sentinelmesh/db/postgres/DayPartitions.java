package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.StoreException;

/** Range partitions of plain PostgreSQL, of whole UTC days, named after the first one: tile_20261121. */
final class DayPartitions implements Partitions {

    private static final Logger LOG = LoggerFactory.getLogger(DayPartitions.class);
    /** Any number will do as long as nobody else uses it: "tile" in ASCII. */
    private static final long MAKER_LOCK = 0x74696C65L;
    private static final int MAKE_ATTEMPTS = 5;
    private static final String MAKE_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'";
    private static final String DROP_LOCK_TIMEOUT = "SET lock_timeout = '500ms'";
    /** DETACH CONCURRENTLY waits for every transaction that uses the table, without keeping others out. */
    private static final String DETACH_TIMEOUT = "SET statement_timeout = '2s'";
    private static final String LIST = """
            SELECT c.relname, coalesce(i.inhdetachpending, false), i.inhrelid IS NOT NULL
            FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'TABLE'::regclass)
                AND c.relkind = 'r' AND c.relname ~ '^TABLE_[0-9]{8}$'
            ORDER BY c.relname""";

    private final Transactions transactions;
    private final Cut cut;
    private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();

    DayPartitions(Transactions transactions, Cut cut) {
        this.transactions = transactions;
        this.cut = cut;
    }

    private record Partition(String name, LocalDate day, boolean detachPending, boolean attached) {
    }

    @Override
    public void require(Collection<Instant> times) {
        Set<LocalDate> missing = new TreeSet<>();
        for (Instant time : times) {
            LocalDate day = cut.firstDay(time);
            if (!known.contains(day)) {
                missing.add(day);
            }
        }
        for (LocalDate day : missing) {
            make(day);
            known.add(day);
        }
    }

    private void make(LocalDate day) {
        for (int attempt = 1;; attempt++) {
            try {
                transactions.run("make the partition of " + day, connection -> make(connection, cut, day));
                return;
            } catch (StoreException e) {
                boolean lockTaken = e.getCause() instanceof SQLException sql
                        && SqlTrouble.stateOf(sql).equals(SqlTrouble.LOCK_NOT_AVAILABLE);
                if (!lockTaken || attempt == MAKE_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * As a table of its own that is then attached: unlike CREATE TABLE … PARTITION OF, that keeps neither readers nor writers out (PostgreSQL,
     * "Partition Maintenance"). One maker at a time.
     */
    static boolean make(Connection connection, Cut cut, LocalDate day) throws SQLException {
        String name = cut.table() + "_" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
        try (Statement statement = connection.createStatement()) {
            statement.execute(MAKE_LOCK_TIMEOUT);
            statement.execute("SELECT pg_advisory_xact_lock(" + MAKER_LOCK + ")");
            List<Partition> present = list(connection, cut).stream().filter(found -> found.name().equals(name))
                    .toList();
            if (!present.isEmpty() && present.getFirst().attached() && !present.getFirst().detachPending()) {
                return false;
            }
            if (!present.isEmpty()) {
                throw new StoreException("partition " + name + " is about to be dropped, as it is older than the"
                        + " retention; was the retention just raised? Try again after the next maintenance");
            }
            statement.execute("CREATE TABLE " + name + " (LIKE " + cut.table()
                    + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS)" + cut.storage());
            statement.execute("ALTER TABLE " + cut.table() + " ATTACH PARTITION " + name + " FOR VALUES FROM ('" + day
                    + " 00:00:00+00') TO ('" + day.plusDays(cut.days()) + " 00:00:00+00')");
            return true;
        }
    }

    @Override
    public void dropBefore(Instant oldest) {
        transactions.withConnection("drop old partitions", connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(DROP_LOCK_TIMEOUT);
                statement.execute(DETACH_TIMEOUT);
                for (Partition partition : list(connection, cut)) {
                    if (cut.end(partition.day()).isAfter(oldest)) {
                        continue;
                    }
                    known.remove(partition.day());
                    if (!drop(statement, partition)) {
                        // A table has at most one partition that is half detached, so the next ones wait too.
                        break;
                    }
                }
            } finally {
                try (Statement statement = connection.createStatement()) {
                    // Not RESET: the pool's limit was set on the open connection, too.
                    statement.execute(ConnectionPool.LIMIT_STATEMENTS);
                    statement.execute("RESET lock_timeout");
                }
            }
            return true;
        });
    }

    private boolean drop(Statement statement, Partition partition) throws SQLException {
        try {
            if (partition.detachPending()) {
                statement.execute("ALTER TABLE " + cut.table() + " DETACH PARTITION " + partition.name() + " FINALIZE");
            } else if (partition.attached()) {
                statement.execute(
                        "ALTER TABLE " + cut.table() + " DETACH PARTITION " + partition.name() + " CONCURRENTLY");
            }
            statement.execute("DROP TABLE " + partition.name());
            LOG.info("Dropped partition {}: older than the retention", partition.name());
            return true;
        } catch (SQLException e) {
            String state = SqlTrouble.stateOf(e);
            if (!state.equals(SqlTrouble.LOCK_NOT_AVAILABLE) && !state.equals(SqlTrouble.QUERY_CANCELED)) {
                throw e;
            }
            LOG.info("Partition {} is being read; it is dropped at the next maintenance", partition.name());
            return false;
        }
    }

    private static List<Partition> list(Connection connection, Cut cut) throws SQLException {
        List<Partition> partitions = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LIST.replace("TABLE", cut.table()))) {
            while (rows.next()) {
                String name = rows.getString(1);
                LocalDate day = LocalDate.parse(name.substring(cut.table().length() + 1),
                        DateTimeFormatter.BASIC_ISO_DATE);
                partitions.add(new Partition(name, day, rows.getBoolean(2), rows.getBoolean(3)));
            }
        }
        return partitions;
    }
}
