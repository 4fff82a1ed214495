package io.sentinelmesh.db.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.db.DeadLetterStore;
import io.sentinelmesh.db.EventLog;
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
import io.sentinelmesh.db.Tiers;
import io.sentinelmesh.db.history.StepMerger;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.RoundTile;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

/** A store for tests: keeps everything, forgets everything. Can be told to fail. Thread-safe. */
public final class InMemoryMeasurementStore implements MeasurementStore {

    private record Pair(NodeId source, NodeId destination, ProbeKind kind) {
    }

    /** As a tile of one cell, so that delays are kept as exactly as a database keeps them. */
    private record Round(Instant start, Duration length, byte[] tile) {

        static Round of(MatrixRow row, PairResult result) {
            RoundTile encoder = new RoundTile();
            int length = encoder.encode(new PairResult[]{result}, 1);
            return new Round(row.roundStart(), row.roundLength(), Arrays.copyOf(encoder.bytes(), length));
        }

        RoundTileReader read() {
            RoundTileReader reader = new RoundTileReader().open(tile, 0, tile.length);
            reader.seek(0);
            return reader;
        }
    }

    private record BootOfAgent(NodeId agent, UUID boot) {
    }

    private final Map<BootOfAgent, Long> sequences = new HashMap<>();
    private final Map<Pair, TreeMap<Instant, List<Round>>> rounds = new HashMap<>();
    private final Map<NodeId, AgentRecord> agents = new HashMap<>();
    private final Map<NodeId, MeshNode> endpoints = new HashMap<>();
    private final InMemoryIdentityStore identities = new InMemoryIdentityStore();
    private final InMemorySettingsStore settings = new InMemorySettingsStore();
    private final InMemoryIngestKeyStore ingestKeys = new InMemoryIngestKeyStore();
    private final InMemoryMetricStore metrics = new InMemoryMetricStore();
    private final InMemoryEventLog events = new InMemoryEventLog();
    private final InMemoryPathStore paths = new InMemoryPathStore(events);
    private final InMemoryDeadLetters deadLetters = new InMemoryDeadLetters(this::skip);
    private Optional<String> trouble = Optional.empty();

    /** From now on the "database" refuses everything with this reason; empty: it works again. */
    public synchronized void fail(Optional<String> reason) {
        trouble = reason;
        identities.fail(reason);
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
    public synchronized StoredCounts append(List<ReceivedBatch> batches) {
        requireWorking();
        int stored = 0;
        long results = 0;
        for (ReceivedBatch batch : batches) {
            BootOfAgent key = new BootOfAgent(batch.agent(), batch.boot());
            if (batch.sequence() <= sequences.getOrDefault(key, 0L)) {
                continue;
            }
            sequences.put(key, batch.sequence());
            stored++;
            metrics.add(batch);
            paths.add(batch, Instant.now());
            batch.endpoints().forEach(endpoint -> endpoints.put(endpoint.id(), endpoint));
            for (MatrixRow row : batch.rows()) {
                for (PairResult result : row.results()) {
                    rounds.computeIfAbsent(new Pair(row.source(), result.destination(), row.kind()),
                            pair -> new TreeMap<>())
                            .computeIfAbsent(row.roundStart(), start -> new ArrayList<>())
                            .add(Round.of(row, result));
                    results++;
                }
            }
        }
        return new StoredCounts(stored, batches.size() - stored, results);
    }

    @Override
    public synchronized long lastSequence(NodeId agent, UUID boot) {
        requireWorking();
        return sequences.getOrDefault(new BootOfAgent(agent, boot), 0L);
    }

    @Override
    public synchronized void saveAgent(AgentRecord agent) {
        requireWorking();
        for (AgentRecord other : agents.values()) {
            if (other.node().name().equals(agent.node().name()) && !other.node().id().equals(agent.node().id())) {
                throw new NameTakenException("another agent is called '" + agent.node().name() + "'");
            }
        }
        AgentRecord before = agents.getOrDefault(agent.node().id(), agent);
        agents.put(agent.node().id(), seen(agent, later(before.lastSeen(), agent.lastSeen()), agent.left()));
    }

    @Override
    public synchronized void touchAgent(NodeId agent, Instant lastSeen, boolean left) {
        requireWorking();
        agents.computeIfPresent(agent, (id, record) -> seen(record, later(record.lastSeen(), lastSeen), left));
    }

    @Override
    public synchronized List<AgentRecord> agents() {
        requireWorking();
        return agents.values().stream().sorted(Comparator.comparing((AgentRecord agent) -> agent.node().name()))
                .toList();
    }

    @Override
    public synchronized PairHistory history(NodeId source, NodeId destination, ProbeKind kind, Instant from,
            Instant to, Duration step, int limit) {
        requireWorking();
        StepMerger merger = new StepMerger(step, limit);
        rounds.getOrDefault(new Pair(source, destination, kind), new TreeMap<>()).subMap(from, true, to, false).values()
                .stream().flatMap(List::stream).takeWhile(round -> merger.add(round.start.toEpochMilli(), round.read()))
                .forEach(round -> {
                });
        return new PairHistory(step, merger.finish());
    }

    @Override
    public synchronized List<ProbeKind> kinds(NodeId source, NodeId destination, Instant since) {
        requireWorking();
        return List.of(ProbeKind.values()).stream().filter(kind -> !rounds
                .getOrDefault(new Pair(source, destination, kind), new TreeMap<>()).tailMap(since, true).isEmpty())
                .toList();
    }

    @Override
    public synchronized void recentMedians(Set<ProbeKind> kinds, Instant since, Consumer<List<PairMedian>> portions) {
        requireWorking();
        Instant newest = rounds.values().stream().map(byTime -> byTime.lastKey().truncatedTo(ChronoUnit.MINUTES))
                .max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
        Instant tenMinutes = newest.minus(Duration.ofMinutes(9));
        Instant from = tenMinutes.isBefore(since) ? since : tenMinutes;
        rounds.forEach((pair, byTime) -> {
            DelaySketch sketch = new DelaySketch();
            Set<Instant> minutes = new HashSet<>();
            byTime.tailMap(from, true).forEach((start, parts) -> parts.stream().map(Round::read)
                    .filter(round -> round.received() > 0).forEach(round -> {
                        sketch.add(round);
                        minutes.add(start.truncatedTo(ChronoUnit.MINUTES));
                    }));
            if (!minutes.isEmpty() && kinds.contains(pair.kind())) {
                portions.accept(List.of(new PairMedian(pair.source(), pair.destination(), pair.kind(),
                        sketch.quantileMicros(0.5), minutes.size())));
            }
        });
    }

    @Override
    public MeshReads reads() {
        return new InMemoryMeshReads(this::nodes, this::measured);
    }

    private synchronized List<MeshNode> nodes() {
        requireWorking();
        return rounds.keySet().stream().flatMap(pair -> Stream.of(pair.source, pair.destination)).distinct()
                .map(this::node).toList();
    }

    private synchronized List<InMemoryMeshReads.Measured> measured() {
        requireWorking();
        List<InMemoryMeshReads.Measured> all = new ArrayList<>();
        rounds.forEach((pair, byTime) -> byTime.values().stream().flatMap(List::stream)
                .forEach(round -> all.add(new InMemoryMeshReads.Measured(node(pair.source), node(pair.destination),
                        pair.kind, round.start, round.read()))));
        return all;
    }

    private MeshNode node(NodeId id) {
        AgentRecord known = agents.get(id);
        return known != null
                ? known.node()
                : endpoints.getOrDefault(id, new MeshNode(id, MeshNode.Role.AGENT,
                        "unknown " + id.toString().substring(0, 8), "unknown", "unknown"));
    }

    @Override
    public PastMatrix past() {
        return this::at;
    }

    private synchronized void at(ProbeKind kind, Instant instant, Duration longestRound, PastMatrix.Sink sink) {
        requireWorking();
        rounds.forEach((pair, byTime) -> byTime.headMap(instant, true).tailMap(instant.minus(longestRound), false)
                .values().stream().flatMap(List::stream)
                .filter(round -> pair.kind == kind && round.start.plus(round.length).isAfter(instant))
                .forEach(round -> sink.result(pair.source, pair.destination, round.start.toEpochMilli(),
                        round.read())));
    }

    /** It has none: everything stays as it was measured. */
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

    private synchronized void skip(ReceivedBatch batch) {
        sequences.merge(new BootOfAgent(batch.agent(), batch.boot()), batch.sequence(), Math::max);
    }

    @Override
    public void maintain(Instant now) {
        // Keeps everything.
    }

    @Override
    public synchronized Optional<String> trouble() {
        return trouble;
    }

    @Override
    public void close() {
        // Nothing to give back.
    }

    private void requireWorking() {
        if (trouble.isPresent()) {
            throw new StoreException(trouble.get());
        }
    }

    private static AgentRecord seen(AgentRecord agent, Instant lastSeen, boolean left) {
        return new AgentRecord(agent.node(), agent.softwareVersion(), agent.rung(), agent.remedy(), agent.boot(),
                agent.startedAt(), lastSeen, left);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
