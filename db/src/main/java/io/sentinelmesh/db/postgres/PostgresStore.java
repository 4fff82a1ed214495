package io.sentinelmesh.db.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.zaxxer.hikari.HikariDataSource;

import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.db.DatabaseAddress;
import io.sentinelmesh.db.DeadLetterStore;
import io.sentinelmesh.db.EventLog;
import io.sentinelmesh.db.IngestKeyStore;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.MetricStore;
import io.sentinelmesh.db.PairHistory;
import io.sentinelmesh.db.PastMatrix;
import io.sentinelmesh.db.PathStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.SettingsStore;
import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.StoreFlavour;
import io.sentinelmesh.db.Tiers;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * The store in PostgreSQL or TimescaleDB. Several may work on one database. Rounds older than the retention or more than a day ahead are
 * left out while their batch counts as stored (see {@link StorableRounds}), so that no batch can block its agent's queue for good. Thread-safe.
 */
public final class PostgresStore implements MeasurementStore {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresStore.class);

    private final HikariDataSource pool;
    private final StoreFlavour flavour;
    private final Retention retention;
    private final Clock clock;
    private final Runnable afterClose;
    private final Transactions transactions;
    private final Identities identities;
    private final Partitions partitions;
    private final TierSpaces tiers;
    private final PastReader past;
    private final WindowReader reads;
    private final RecentMedians medians;
    private final SettingsTable settings;
    private final IngestKeyTable ingestKeys;
    private final MetricTables metrics;
    private final PathTables paths;
    private final EventTable events;
    private final DeadLetterTable deadLetters;
    private final Maintenance maintenance;
    private final Nodes nodes = new Nodes();
    private final Layouts layouts = new Layouts();
    private final LeftOut leftOut;

    private PostgresStore(HikariDataSource pool, StoreFlavour flavour, StoreConfig config, Clock clock,
            Runnable afterClose) {
        this.pool = pool;
        this.flavour = flavour;
        this.retention = config.retention();
        this.clock = clock;
        this.afterClose = afterClose;
        this.transactions = new Transactions(pool);
        this.identities = new Identities(transactions);
        this.settings = new SettingsTable(transactions);
        this.ingestKeys = new IngestKeyTable(transactions);
        this.leftOut = new LeftOut(clock);
        this.partitions = Partitions.of(Cut.RAW, flavour, transactions);
        Map<RollUpLevel, Partitions> summed = new EnumMap<>(RollUpLevel.class);
        for (RollUpLevel level : RollUpLevel.values()) {
            summed.put(level, Partitions.of(level.to(), flavour, transactions));
        }
        this.tiers = new TierSpaces(transactions, flavour, retention, new RollUps(transactions, summed));
        LayoutBook layoutBook = new LayoutBook();
        this.past = new PastReader(transactions, layoutBook);
        this.reads = new WindowReader(transactions, retention, clock);
        this.medians = new RecentMedians(transactions, layoutBook);
        this.events = new EventTable(transactions);
        this.deadLetters = new DeadLetterTable(transactions);
        this.metrics = new MetricTables(transactions, flavour, MetricRetention.of(retention), clock);
        this.paths = new PathTables(transactions, PathStore.MOST_PATHS);
        this.maintenance = new Maintenance(transactions, retention, partitions, summed, tiers, metrics, events, paths);
    }

    /**
     * @param afterClose runs when the store has been closed
     */
    public static PostgresStore open(DatabaseAddress address, StoreConfig config, Clock clock, Runnable afterClose) {
        StoreFlavour flavour = Migrations.run(ConnectionPool.forMigrations(address));
        LOG.info("Store opened: {} ({}), raw rounds kept {} days, minutes {}, hours {}", address,
                flavour, config.retention().raw().toDays(), config.retention().minutes().toDays(),
                config.retention().hours().toDays());
        PostgresStore store = new PostgresStore(ConnectionPool.open(address, config.maxConnections()), flavour, config,
                clock, afterClose);
        try {
            store.maintenance.makePartitionsAhead(clock.instant());
            return store;
        } catch (RuntimeException e) {
            store.pool.close();
            throw e;
        }
    }

    @Override
    public StoreFlavour flavour() {
        return flavour;
    }

    @Override
    public IdentityStore identities() {
        return identities;
    }

    @Override
    public IngestKeyStore ingestKeys() {
        return ingestKeys;
    }

    @Override
    public StoredCounts append(List<ReceivedBatch> batches) {
        if (batches.isEmpty()) {
            return new StoredCounts(0, 0, 0);
        }
        Instant now = clock.instant();
        StorableRounds storable = StorableRounds.at(now, retention.raw());
        partitions.require(batches.stream().flatMap(batch -> batch.rows().stream())
                .filter(row -> storable.trouble(row).isEmpty()).map(MatrixRow::roundStart).collect(Collectors.toSet()));
        metrics.require(batches, storable);
        record Done(Append append, MetricAppend metrics, PathAppend paths, StoredCounts counts) {
        }
        Done done = transactions.run("store " + batches.size() + " batches", connection -> {
            MetricAppend figures = metrics.begin(storable, now);
            PathAppend ways = new PathAppend(storable);
            Append append = new Append(nodes, layouts, storable, leftOut, figures, ways);
            return new Done(append, figures, ways, append.run(connection, batches, now));
        });
        done.append().committed();
        metrics.committed(done.metrics());
        paths.committed(done.paths());
        return done.counts();
    }

    /** Results that could not be stored since this store was opened: too old, too far ahead, or with impossible counts. */
    public long resultsLeftOut() {
        return leftOut.results();
    }

    @Override
    public long lastSequence(NodeId agent, UUID boot) {
        return transactions.withConnection("read how far " + agent + " is stored",
                connection -> Cursors.lastSequence(connection, new Cursors.Key(agent, boot)));
    }

    @Override
    public void saveAgent(AgentRecord agent) {
        transactions.run("save agent " + agent.node().name(), connection -> Agents.save(connection, agent));
    }

    @Override
    public void touchAgent(NodeId agent, Instant lastSeen, boolean left) {
        transactions.run("note when agent " + agent + " was seen",
                connection -> Agents.touch(connection, agent, lastSeen, left));
    }

    @Override
    public List<AgentRecord> agents() {
        return transactions.withConnection("list the agents", Agents::list);
    }

    @Override
    public PairHistory history(NodeId source, NodeId destination, ProbeKind kind, Instant from, Instant to,
            Duration step, int limit) {
        return transactions.withConnection("read the history from " + source + " to " + destination,
                connection -> HistoryReader.read(connection, source, destination, kind,
                        new HistoryReader.Window(from, to, step, limit), retention, clock.instant()));
    }

    @Override
    public PastMatrix past() {
        return past;
    }

    @Override
    public MeshReads reads() {
        return reads;
    }

    @Override
    public Tiers tiers() {
        return tiers;
    }

    @Override
    public List<ProbeKind> kinds(NodeId source, NodeId destination, Instant since) {
        return transactions.withConnection("read how " + source + " measures " + destination,
                connection -> RecentRounds.kinds(connection, source, destination, since));
    }

    @Override
    public void recentMedians(Set<ProbeKind> kinds, Instant since, Consumer<List<PairMedian>> portions) {
        medians.read(kinds, since, portions);
    }

    @Override
    public SettingsStore settings() {
        return settings;
    }

    @Override
    public MetricStore metrics() {
        return metrics;
    }

    @Override
    public PathStore paths() {
        return paths;
    }

    @Override
    public EventLog events() {
        return events;
    }

    @Override
    public DeadLetterStore deadLetters() {
        return deadLetters;
    }

    @Override
    public void maintain(Instant now) {
        maintenance.run(now);
    }

    @Override
    public Optional<String> trouble() {
        try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(5);
            statement.execute("SELECT 1");
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of("the database does not answer: " + SqlTrouble.firstLine(e));
        }
    }

    @Override
    public void close() {
        pool.close();
        afterClose.run();
    }
}
