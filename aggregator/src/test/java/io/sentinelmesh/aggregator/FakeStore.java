package io.sentinelmesh.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.db.DeadLetterStore;
import io.sentinelmesh.db.EventLog;
import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.IngestKeyStore;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.MetricStore;
import io.sentinelmesh.db.NameTakenException;
import io.sentinelmesh.db.PairHistory;
import io.sentinelmesh.db.PastMatrix;
import io.sentinelmesh.db.PathStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.SettingsStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoreFlavour;
import io.sentinelmesh.db.StoredSettings;
import io.sentinelmesh.db.Tiers;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.metric.MetricHistory;
import io.sentinelmesh.db.metric.MetricQuery;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

/** A store in memory that fails on command. Guarded by itself. */
public final class FakeStore implements MeasurementStore {

    private record Boot(NodeId agent, UUID boot) {
    }

    private final Map<NodeId, AgentRecord> agents = new HashMap<>();
    private final List<ReceivedBatch> batches = new ArrayList<>();
    /** How far each boot has come; what is not beyond it is a repeat, as in the real store. */
    private final Map<Boot, Long> cursors = new HashMap<>();
    private final List<PairMedian> medians = new ArrayList<>();
    private final FakeIdentityStore identities = new FakeIdentityStore();
    private final FakeSettings settings = new FakeSettings();
    private final FakeIngestKeys ingestKeys = new FakeIngestKeys();
    final FakeEventLog events = new FakeEventLog();
    private final FakeDeadLetters deadLetters = new FakeDeadLetters(this::skip);
    final FakeReads reads = new FakeReads(() -> agents().stream().map(AgentRecord::node).toList(), this::batches);
    final FakeMetrics metrics = new FakeMetrics();
    private final FakePaths paths = new FakePaths(this::batches);
    private String outage = "";
    private Predicate<ReceivedBatch> poison = _ -> false;
    private Optional<Error> broken = Optional.empty();
    private boolean keepsNoDeadLetters;
    private boolean keepsNoRounds;
    private boolean forgetful;
    private volatile CountDownLatch mediansMayBeRead = new CountDownLatch(0);
    private Duration kept = Duration.ZERO;
    private int appends;
    private boolean closed;

    public synchronized void goesAway(String why) {
        outage = why;
        identities.fail(Optional.of(why));
    }

    public synchronized void comesBack() {
        outage = "";
        identities.fail(Optional.empty());
    }

    /** Every append ends with this, until it {@link #mends}. */
    public synchronized void breaks(Error error) {
        broken = Optional.of(error);
    }

    public synchronized void mends() {
        broken = Optional.empty();
    }

    /** Everything works but the look back at what was usual. */
    public synchronized void forgetsMedians() {
        forgetful = true;
    }

    /** The look back at what was usual takes until {@link #mediansAreRead}. */
    public void mediansTakeLong() {
        mediansMayBeRead = new CountDownLatch(1);
    }

    public void mediansAreRead() {
        mediansMayBeRead.countDown();
    }

    /** Rounds so far back are kept in periods of this length only. */
    public synchronized void keepsOnly(Duration period) {
        kept = period;
    }

    public synchronized void keepsNoDeadLetters(boolean none) {
        keepsNoDeadLetters = none;
    }

    /** The next note that a dead letter was sent in vain is not made. */
    public void losesTheNextWord() {
        deadLetters.loseTheNextWord();
    }

    /** As if all rounds were older than the retention: batches are taken, and nothing of them is kept. */
    public synchronized void keepsNoRounds(boolean none) {
        keepsNoRounds = none;
    }

    public synchronized void refuses(Predicate<ReceivedBatch> content) {
        poison = content;
    }

    public synchronized void remembers(PairMedian median) {
        medians.add(median);
    }

    public synchronized List<Long> sequencesOf(NodeId agent) {
        return batches.stream().filter(batch -> batch.agent().equals(agent)).map(ReceivedBatch::sequence).toList();
    }

    public synchronized List<ReceivedBatch> batches() {
        return List.copyOf(batches);
    }

    public synchronized int appends() {
        return appends;
    }

    public synchronized boolean closed() {
        return closed;
    }

    private void mustAnswer() {
        if (!outage.isEmpty()) {
            throw new StoreException(outage);
        }
    }

    @Override
    public StoreFlavour flavour() {
        return StoreFlavour.PLAIN;
    }

    @Override
    public IdentityStore identities() {
        return identities;
    }

    @Override
    public synchronized StoredCounts append(List<ReceivedBatch> group) {
        appends++;
        broken.ifPresent(error -> {
            throw error;
        });
        mustAnswer();
        if (group.stream().anyMatch(poison)) {
            throw new StoreException("a value in this group does not fit its column");
        }
        int stored = 0;
        long results = 0;
        for (ReceivedBatch batch : group) {
            Boot boot = new Boot(batch.agent(), batch.boot());
            if (batch.sequence() > cursors.getOrDefault(boot, 0L)) {
                cursors.put(boot, batch.sequence());
                batches.add(batch);
                stored++;
                results += keepsNoRounds ? 0 : batch.rows().stream().mapToLong(row -> row.results().size()).sum();
            }
        }
        return new StoredCounts(stored, group.size() - stored, results);
    }

    @Override
    public synchronized long lastSequence(NodeId agent, UUID boot) {
        mustAnswer();
        return cursors.getOrDefault(new Boot(agent, boot), 0L);
    }

    @Override
    public synchronized void saveAgent(AgentRecord agent) {
        mustAnswer();
        for (AgentRecord other : agents.values()) {
            if (other.node().name().equals(agent.node().name()) && !other.node().id().equals(agent.node().id())) {
                throw new NameTakenException("the name '" + agent.node().name() + "' belongs to another agent");
            }
        }
        agents.put(agent.node().id(), agent);
    }

    @Override
    public synchronized void touchAgent(NodeId id, Instant lastSeen, boolean left) {
        mustAnswer();
        agents.computeIfPresent(id, (_, known) -> new AgentRecord(known.node(), known.softwareVersion(), known.rung(),
                known.remedy(), known.boot(), known.startedAt(), lastSeen, left));
    }

    @Override
    public synchronized List<AgentRecord> agents() {
        mustAnswer();
        return agents.values().stream().sorted(Comparator.comparing(agent -> agent.node().name())).toList();
    }

    @Override
    public synchronized PairHistory history(NodeId source, NodeId destination, ProbeKind kind, Instant from,
            Instant to, Duration step, int limit) {
        mustAnswer();
        List<HistoryPoint> points = new ArrayList<>();
        for (ReceivedBatch batch : batches) {
            for (MatrixRow row : batch.rows()) {
                boolean inside = row.source().equals(source) && row.kind() == kind && !row.roundStart().isBefore(from)
                        && row.roundStart().isBefore(to);
                row.results().stream().filter(result -> inside && result.destination().equals(destination))
                        .forEach(result -> points.add(point(row.roundStart(), result)));
            }
        }
        return new PairHistory(kept.compareTo(step) > 0 ? kept : step, points);
    }

    private static HistoryPoint point(Instant start, PairResult result) {
        var delays = result.delays();
        return new HistoryPoint(start, result.sent(), result.received(), delays.isEmpty()
                ? Optional.empty()
                : Optional.of(new HistoryPoint.Delays(delays.minMicros(), delays.quantileMicros(0.25),
                        delays.medianMicros(), delays.quantileMicros(0.75), delays.maxMicros(),
                        (int) Math.round(Arrays.stream(delays.toMicros()).average().orElseThrow()))));
    }

    @Override
    public synchronized List<ProbeKind> kinds(NodeId source, NodeId destination, Instant since) {
        mustAnswer();
        return List.of();
    }

    @Override
    public void recentMedians(Set<ProbeKind> kinds, Instant since, Consumer<List<PairMedian>> portions) {
        List<PairMedian> known;
        try {
            mediansMayBeRead.await();
        } catch (InterruptedException stop) {
            throw new StoreException("interrupted", stop);
        }
        synchronized (this) {
            mustAnswer();
            if (forgetful) {
                throw new StoreException("canceling statement due to statement timeout");
            }
            known = medians.stream().filter(median -> kinds.contains(median.kind())).toList();
        }
        known.forEach(each -> portions.accept(List.of(each)));
    }

    @Override
    public PastMatrix past() {
        return reads();
    }

    @Override
    public synchronized FakeReads reads() {
        mustAnswer();
        return reads;
    }

    @Override
    public Tiers tiers() {
        return new Tiers() {
            @Override
            public boolean rollUp(Instant now) {
                return false;
            }

            @Override
            public long setAside() {
                return 0;
            }

            @Override
            public List<TierSpace> space(Instant now) {
                return List.of();
            }
        };
    }

    @Override
    public IngestKeyStore ingestKeys() {
        return ingestKeys;
    }

    @Override
    public SettingsStore settings() {
        return settings;
    }

    /** As the real one, without forgetting. */
    private final class FakeSettings implements SettingsStore {

        private final List<StoredSettings> versions = new ArrayList<>();

        private List<StoredSettings> answered() {
            synchronized (FakeStore.this) {
                mustAnswer();
                return List.copyOf(versions);
            }
        }

        @Override
        public Optional<StoredSettings> newest() {
            return version(newestVersion());
        }

        @Override
        public long newestVersion() {
            return answered().size();
        }

        @Override
        public Optional<StoredSettings> version(long version) {
            return answered().stream().filter(stored -> stored.entry().version() == version).findFirst();
        }

        @Override
        public List<StoredSettings.Entry> history(int limit) {
            return answered().reversed().stream().map(StoredSettings::entry).limit(limit).toList();
        }

        @Override
        public OptionalLong add(long after, StoredSettings.Draft draft) {
            synchronized (FakeStore.this) {
                mustAnswer();
                if (after != versions.size()) {
                    return OptionalLong.empty();
                }
                versions.add(new StoredSettings(
                        new StoredSettings.Entry(after + 1, draft.sha256(), draft.at(), draft.author()),
                        draft.document()));
                return OptionalLong.of(after + 1);
            }
        }
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

    private synchronized void skip(ReceivedBatch batch) {
        mustAnswer();
        if (keepsNoDeadLetters) {
            throw new StoreException("no room for dead letters");
        }
        cursors.merge(new Boot(batch.agent(), batch.boot()), batch.sequence(), Math::max);
    }

    @Override
    public MetricStore metrics() {
        return metrics;
    }

    /** Answers with what a test put there, and knows what was asked. */
    public static final class FakeMetrics implements MetricStore {
        volatile Optional<List<MetricHistory>> answer = Optional.of(List.of());
        volatile Optional<MetricQuery> asked = Optional.empty();

        @Override
        public Optional<List<MetricHistory>> history(MetricQuery query) {
            asked = Optional.of(query);
            return answer;
        }

        @Override
        public int rollUp(Instant now) {
            return 0;
        }

        @Override
        public long setAside() {
            return 0;
        }

        @Override
        public long leftOut() {
            return 0;
        }
    }

    @Override
    public void maintain(Instant now) {
    }

    @Override
    public synchronized Optional<String> trouble() {
        return outage.isEmpty() ? Optional.empty() : Optional.of(outage);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
