package io.sentinelmesh.db;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/** Where rounds and the list of agents are kept. Every method blocks and may be called from any thread that may block. */
public interface MeasurementStore extends AutoCloseable {

    /** plain, apache or community: how this database partitions (docs/architecture.md, "Store"). */
    StoreFlavour flavour();

    /** Who may join and who has joined, in the same database; ends with this store. */
    IdentityStore identities();

    /**
     * Stores all batches, or none, in one transaction; on return they are durable. A batch whose (agent, boot, sequence) is stored already is
     * left alone, so sending again is harmless.
     *
     * @throws StoreException if the database refused or cannot be reached; nothing was stored
     */
    StoredCounts append(List<ReceivedBatch> batches);

    /** The highest sequence stored for one boot of one agent, or 0. */
    long lastSequence(NodeId agent, UUID boot);

    /**
     * Enters or renews an agent.
     *
     * @throws NameTakenException if another agent has its name
     */
    void saveAgent(AgentRecord agent);

    /** Notes when an agent was last heard of and how it left. Unknown agents are ignored. */
    void touchAgent(NodeId agent, Instant lastSeen, boolean left);

    /** All agents ever seen, by name. */
    List<AgentRecord> agents();

    /**
     * The rounds of one pair that start in [from, to), in steps, oldest first. A step without a round is absent: a gap stays a gap. Read from
     * the coarsest tier whose periods make up a step, and from finer ones at the edges and where that tier is not up to date. Where rounds as
     * old as {@code from} are kept in a coarser tier only, a step is the next longer one of whole periods of that tier.
     *
     * @param step at least the round length; quantiles of a step of several rounds are off by at most 1.6 %, the rest is exact
     * @param limit the most steps wanted
     */
    PairHistory history(NodeId source, NodeId destination, ProbeKind kind, Instant from, Instant to,
            Duration step, int limit);

    /** The kinds in which a pair has been measured since an instant. */
    List<ProbeKind> kinds(NodeId source, NodeId destination, Instant since);

    /**
     * Each pair's median round-trip delay over the ten newest minutes that are summed up, if they are not older than an instant: what a baseline
     * starts from. Handed over as it is read, all pairs of some sources at a time; the reading waits for who takes them.
     */
    void recentMedians(Set<ProbeKind> kinds, Instant since, Consumer<List<PairMedian>> portions);

    /** The settings documents, kept in the same database. */
    SettingsStore settings();

    /** The keys of third parties, in the same database. */
    IngestKeyStore ingestKeys();

    /** All pairs at a past instant. */
    PastMatrix past();

    /** Many pairs over a window. */
    MeshReads reads();

    /** Summaries by the minute and the hour. */
    Tiers tiers();

    /** The figures of hosts, in the same database. */
    MetricStore metrics();

    /** What happened, in the same database. */
    EventLog events();

    /** Batches that were given up, in the same database. */
    DeadLetterStore deadLetters();

    /** Which ways packets took, in the same database. */
    PathStore paths();

    /** Makes partitions ahead of time and drops those older than the retention, never locking readers out for long. */
    void maintain(Instant now);

    /** Empty if the database answers; otherwise why not, in one line. */
    Optional<String> trouble();

    @Override
    void close();

    /**
     * @param medianMicros off by at most 1.6 %
     * @param minutes in which something was answered: at least so many rounds
     */
    record PairMedian(NodeId source, NodeId destination, ProbeKind kind, int medianMicros, int minutes) {
    }

    /**
     * @param stored batches newly stored
     * @param repeated batches that were stored before
     * @param results results newly stored: one directed pair, one round each
     */
    record StoredCounts(int stored, int repeated, long results) {
    }
}
