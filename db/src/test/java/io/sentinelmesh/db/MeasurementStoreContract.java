package io.sentinelmesh.db;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.MeasurementStore.PairMedian;
import io.sentinelmesh.db.MeasurementStore.StoredCounts;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.identity.IdentityStoreContract;
import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RefusalCount;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.measurement.RoundTripDelays;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static io.sentinelmesh.measurement.ProbeKind.TCP_CONNECT;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What every store does. Each test uses nodes of its own, so that all may share one database. */
public abstract class MeasurementStoreContract {

    protected static final Duration ROUND = ofSeconds(10);
    /** A round and a minute begin here, a little while ago. */
    protected static final Instant NOON = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(2));
    private static final int ALL = 100_000;

    protected final NodeId source = NodeId.random();
    protected final NodeId destination = NodeId.random();
    protected final UUID boot = UUID.randomUUID();

    protected abstract MeasurementStore store();

    /** In the same database as the measurements, whichever that is. */
    @Nested
    class ManyPairs extends MeshReadsContract {
        @Override
        protected MeasurementStore store() {
            return MeasurementStoreContract.this.store();
        }
    }

    @Nested
    class Identities extends IdentityStoreContract {
        @Override
        protected IdentityStore identities() {
            return store().identities();
        }
    }

    @Nested
    class IngestKeys extends IngestKeyStoreContract {
        @Override
        protected IngestKeyStore keys() {
            return store().ingestKeys();
        }
    }

    @Nested
    class Metrics extends MetricStoreContract {
        @Override
        protected MeasurementStore store() {
            return MeasurementStoreContract.this.store();
        }
    }

    @Nested
    class Paths extends PathStoreContract {
        @Override
        protected MeasurementStore store() {
            return MeasurementStoreContract.this.store();
        }
    }

    @Nested
    class Events extends EventLogContract {
        @Override
        protected EventLog events() {
            return store().events();
        }
    }

    @Nested
    class DeadLetters extends DeadLetterStoreContract {
        @Override
        protected MeasurementStore store() {
            return MeasurementStoreContract.this.store();
        }
    }

    @Test
    void settings_are_read_back_as_they_were_stored() {
        SettingsStore settings = store().settings();
        long before = settings.newestVersion();
        StoredSettings.Draft draft = new StoredSettings.Draft("# \u00e9\nrounds:\n  packets: 20\n", NOON, "ops@fra-1");

        long version = settings.add(before, draft).orElseThrow();

        StoredSettings.Entry entry = new StoredSettings.Entry(version, draft.sha256(), NOON, "ops@fra-1");
        assertThat(version).isEqualTo(before + 1).isEqualTo(settings.newestVersion());
        assertThat(settings.newest()).contains(new StoredSettings(entry, draft.document()));
        assertThat(settings.version(version)).contains(new StoredSettings(entry, draft.document()));
        assertThat(settings.history(1)).containsExactly(entry);
    }

    @Test
    void settings_written_after_a_version_that_is_no_longer_the_newest_are_not_stored() {
        SettingsStore settings = store().settings();
        long before = settings.newestVersion();
        settings.add(before, new StoredSettings.Draft("first", NOON, "one")).orElseThrow();

        assertThat(settings.add(before, new StoredSettings.Draft("second", NOON, "two"))).isEmpty();
        assertThat(settings.add(before + 5, new StoredSettings.Draft("third", NOON, "two"))).isEmpty();

        assertThat(settings.newestVersion()).isEqualTo(before + 1);
        assertThat(settings.newest().orElseThrow().document()).isEqualTo("first");
    }

    @Test
    void of_many_who_write_settings_at_once_one_wins() throws Exception {
        SettingsStore settings = store().settings();
        long before = settings.newestVersion();
        List<Callable<Boolean>> writers = IntStream.range(0, 8).mapToObj(i -> (Callable<Boolean>) () -> settings
                .add(before, new StoredSettings.Draft("of " + i, NOON, "writer " + i)).isPresent()).toList();

        try (ExecutorService threads = Executors.newFixedThreadPool(writers.size())) {
            int stored = 0;
            for (Future<Boolean> writer : threads.invokeAll(writers)) {
                stored += writer.get() ? 1 : 0;
            }
            assertThat(stored).isOne();
        }
        assertThat(settings.newestVersion()).isEqualTo(before + 1);
    }

    @Test
    void a_version_of_the_settings_that_never_was_is_absent() {
        assertThat(store().settings().version(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void a_round_is_read_back_as_it_was_stored() {
        StoredCounts counts = store()
                .append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 300, 100, 200)))));

        assertThat(counts).isEqualTo(new StoredCounts(1, 0, 1));
        assertThat(history(ROUND))
                .containsExactly(new HistoryPoint(NOON, 10, 3, Optional.of(new Delays(100, 100, 200, 300, 300, 200))));
    }

    @Test
    void a_round_without_an_answer_has_counts_but_no_delays() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10)))));

        assertThat(history(ROUND)).containsExactly(new HistoryPoint(NOON, 10, 0, Optional.empty()));
    }

    @Test
    void refused_unsent_and_doubled_packets_do_not_disturb_the_counts() {
        PairResult troubled = new PairResult(destination, 9, RoundTripDelays.ofMicros(50),
                List.of(new RefusalCount(RefusalReason.HOST_UNREACHABLE, InetAddress.ofLiteral("192.0.2.1"), 3),
                        new RefusalCount(RefusalReason.OTHER, InetAddress.ofLiteral("2001:db8::1"), 1)),
                1, 2);

        store().append(List.of(batch(1, row(NOON, troubled))));

        assertThat(history(ROUND))
                .containsExactly(new HistoryPoint(NOON, 9, 1, Optional.of(new Delays(50, 50, 50, 50, 50, 50))));
    }

    @Test
    void a_batch_sent_again_counts_once() {
        ReceivedBatch batch = batch(1, row(NOON, PairResult.of(destination, 10, 100)));
        store().append(List.of(batch));

        StoredCounts again = store().append(List.of(batch, batch));

        assertThat(again).isEqualTo(new StoredCounts(0, 2, 0));
        assertThat(history(ROUND)).hasSize(1).first().extracting(HistoryPoint::sent).isEqualTo(10L);
    }

    @Test
    void a_batch_twice_in_one_append_counts_once() {
        ReceivedBatch batch = batch(1, row(NOON, PairResult.of(destination, 10, 100)));

        assertThat(store().append(List.of(batch, batch))).isEqualTo(new StoredCounts(1, 1, 1));
    }

    @Test
    void each_boot_of_an_agent_counts_its_batches_from_one() {
        UUID laterBoot = UUID.randomUUID();
        store().append(List.of(batch(7, row(NOON, PairResult.of(destination, 10, 100)))));

        StoredCounts counts = store().append(List.of(new ReceivedBatch(source, laterBoot, 1, List.of(),
                List.of(row(NOON.plus(ROUND), PairResult.of(destination, 10, 100))))));

        assertThat(counts.stored()).isOne();
        assertThat(store().lastSequence(source, boot)).isEqualTo(7);
        assertThat(store().lastSequence(source, laterBoot)).isEqualTo(1);
        assertThat(store().lastSequence(source, UUID.randomUUID())).isZero();
    }

    @Test
    void batches_of_one_append_are_stored_in_order() {
        List<ReceivedBatch> batches = LongStream.rangeClosed(1, 5)
                .mapToObj(n -> batch(n, row(NOON.plus(ROUND.multipliedBy(n)), PairResult.of(destination, 10, 100))))
                .toList();

        assertThat(store().append(batches)).isEqualTo(new StoredCounts(5, 0, 5));
        assertThat(store().lastSequence(source, boot)).isEqualTo(5);
    }

    @Test
    void concurrent_appends_of_the_same_batches_store_each_once() throws Exception {
        List<ReceivedBatch> batches = LongStream.rangeClosed(1, 20)
                .mapToObj(n -> batch(n, row(NOON.plus(ROUND.multipliedBy(n)), PairResult.of(destination, 1, 100))))
                .toList();

        long stored = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Long> sender = () -> {
                long mine = 0;
                for (ReceivedBatch batch : batches) {
                    mine += store().append(List.of(batch)).stored();
                }
                return mine;
            };
            for (Future<Long> future : threads.invokeAll(List.of(sender, sender, sender, sender))) {
                stored += future.get();
            }
        }

        assertThat(stored).isEqualTo(20);
        assertThat(history(ROUND)).hasSize(20).allMatch(point -> point.sent() == 1);
    }

    @Test
    void a_gap_stays_a_gap() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 100)),
                row(NOON.plus(ofMinutes(5)), PairResult.of(destination, 10, 100)))));

        assertThat(history(ofMinutes(1))).extracting(HistoryPoint::start).containsExactly(NOON,
                NOON.plus(ofMinutes(5)));
    }

    @Test
    void a_wide_step_adds_counts_and_keeps_the_extremes() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 100, 110, 120)),
                row(NOON.plus(ROUND), PairResult.of(destination, 10, 50, 210, 900)),
                row(NOON.plus(ROUND.multipliedBy(2)), PairResult.of(destination, 10)))));

        assertThat(history(ofMinutes(1))).singleElement().satisfies(point -> {
            assertThat(point.sent()).isEqualTo(30);
            assertThat(point.received()).isEqualTo(6);
            assertThat(point.delays()).get().extracting(Delays::min, Delays::median, Delays::max).containsExactly(50,
                    110, 900);
        });
    }

    @Test
    void the_window_holds_its_start_and_not_its_end() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 1, 100)),
                row(NOON.plus(ROUND), PairResult.of(destination, 2, 100)),
                row(NOON.plus(ROUND.multipliedBy(2)), PairResult.of(destination, 3, 100)))));

        assertThat(store().history(source, destination, ICMP_ECHO, NOON.plus(ROUND), NOON.plus(ROUND.multipliedBy(2)),
                ROUND, ALL).points()).extracting(HistoryPoint::sent).containsExactly(2L);
    }

    @Test
    void no_more_steps_are_read_than_asked_for() {
        List<MatrixRow> rows = IntStream.range(0, 30)
                .mapToObj(n -> row(NOON.plus(ROUND.multipliedBy(n)), PairResult.of(destination, 1, 100))).toList();
        store().append(List.of(new ReceivedBatch(source, boot, 1, List.of(), rows)));

        assertThat(store().history(source, destination, ICMP_ECHO, NOON, NOON.plus(ofMinutes(10)), ofMinutes(1), 3)
                .points())
                .extracting(HistoryPoint::start)
                .containsExactly(NOON, NOON.plus(ofMinutes(1)), NOON.plus(ofMinutes(2)));
    }

    @Test
    void both_parts_of_a_round_that_a_restart_cut_in_two_count() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 4, 100)))));
        store().append(List.of(new ReceivedBatch(source, UUID.randomUUID(), 1, List.of(),
                List.of(row(NOON, PairResult.of(destination, 6, 200))))));

        assertThat(history(ROUND)).singleElement().extracting(HistoryPoint::sent, HistoryPoint::received)
                .containsExactly(10L, 2L);
    }

    @Test
    void pairs_of_many_destinations_are_kept_apart() {
        List<NodeId> many = IntStream.range(0, 200).mapToObj(n -> NodeId.random()).toList();
        List<PairResult> results = new ArrayList<>();
        for (int n = 0; n < many.size(); n++) {
            results.add(PairResult.of(many.get(n), 10, 1_000 + n));
        }
        // The second round is sparse and in another order.
        List<PairResult> later = List.of(PairResult.of(many.get(150), 10, 7), PairResult.of(many.get(3), 10, 8));

        store().append(List.of(batch(1, row(NOON, results.toArray(PairResult[]::new)))));
        store().append(List.of(batch(2, row(NOON.plus(ROUND), later.toArray(PairResult[]::new)))));

        for (int n : new int[]{0, 63, 64, 127, 128, 199}) {
            assertThat(history(many.get(n), ICMP_ECHO)).as("destination %d", n).extracting(HistoryPoint::delays)
                    .containsExactly(Optional.of(only(kept(1_000 + n))));
        }
        assertThat(history(many.get(150), ICMP_ECHO)).extracting(HistoryPoint::delays)
                .containsExactly(Optional.of(only(kept(1_150))), Optional.of(only(7)));
        assertThat(history(many.get(3), ICMP_ECHO)).extracting(HistoryPoint::delays)
                .containsExactly(Optional.of(only(kept(1_003))), Optional.of(only(8)));
    }

    @Test
    void a_destination_twice_in_one_row_is_added_up() {
        store().append(List.of(
                batch(1, row(NOON, PairResult.of(destination, 10, 100), PairResult.of(destination, 10, 200, 300)))));

        assertThat(history(ROUND)).singleElement().extracting(HistoryPoint::sent, HistoryPoint::received)
                .containsExactly(20L, 3L);
    }

    @Test
    void kinds_are_not_mixed() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 100)), new MatrixRow(source,
                TCP_CONNECT, NOON.plus(ROUND), ROUND, List.of(PairResult.of(destination, 5, 900))))));

        assertThat(history(destination, TCP_CONNECT)).extracting(HistoryPoint::sent).containsExactly(5L);
        assertThat(store().kinds(source, destination, NOON)).containsExactly(ICMP_ECHO, TCP_CONNECT);
        assertThat(store().kinds(source, destination, NOON.plus(ROUND))).containsExactly(TCP_CONNECT);
        assertThat(store().kinds(source, NodeId.random(), NOON)).isEmpty();
    }

    @Test
    void late_rounds_are_stored_where_they_belong() {
        Instant late = NOON.minus(ofDays(5));
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 100)))));

        StoredCounts counts = store().append(List.of(batch(2, row(late, PairResult.of(destination, 9, 100)))));

        assertThat(counts.results()).isOne();
        assertThat(store().history(source, destination, ICMP_ECHO, late, NOON.plus(ROUND), ROUND, ALL).points())
                .extracting(HistoryPoint::sent).containsExactly(9L, 10L);
    }

    @Test
    void an_empty_batch_moves_the_sequence() {
        assertThat(store().append(List.of(batch(3)))).isEqualTo(new StoredCounts(1, 0, 0));
        assertThat(store().lastSequence(source, boot)).isEqualTo(3);
        assertThat(store().append(List.of())).isEqualTo(new StoredCounts(0, 0, 0));
    }

    @Test
    void a_baseline_is_the_median_of_the_newest_ten_minutes() {
        Instant newest = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(ofMinutes(10));
        store().append(List.of(batch(1, row(newest, PairResult.of(destination, 3, 100, 100, 300)),
                row(newest.minus(ofMinutes(1)), PairResult.of(destination, 2, 120, 120)),
                row(newest.minus(ofMinutes(1)).plus(ROUND), PairResult.of(destination, 10)),
                row(newest.minus(ofMinutes(2)), PairResult.of(destination, 10)),
                row(newest.minus(ofMinutes(12)), PairResult.of(destination, 10, 900, 900, 900, 900, 900, 900)),
                new MatrixRow(source, ProbeKind.STAMP, newest, ROUND, List.of(PairResult.of(destination, 1, 50))))));
        while (store().tiers().rollUp(Instant.now())) {
            // As long as there is more.
        }

        assertThat(medians(newest.minus(ofMinutes(30)))).containsExactly(
                new PairMedian(source, destination, ICMP_ECHO, 120, 2));
        assertThat(medians(newest.plus(ofMinutes(1)))).isEmpty();
    }

    private List<PairMedian> medians(Instant since) {
        List<PairMedian> medians = new ArrayList<>();
        store().recentMedians(Set.of(ICMP_ECHO, TCP_CONNECT), since, medians::addAll);
        medians.removeIf(median -> !median.source().equals(source));
        return medians;
    }

    @Test
    void an_agent_is_listed_as_it_was_saved_last() {
        AgentRecord agent = agent(source, "agent " + source, NOON, false);
        store().saveAgent(agent(source, "old " + source, NOON.minus(ROUND), true));
        store().saveAgent(agent);

        assertThat(store().agents()).filteredOn(found -> found.node().id().equals(source)).containsExactly(agent);
    }

    @Test
    void where_an_agent_is_reached_is_kept() {
        for (MeshNode.Reach reach : MeshNode.Reach.values()) {
            AgentRecord known = agent(source, "agent " + source, NOON, false);
            AgentRecord agent = new AgentRecord(new MeshNode(source, MeshNode.Role.AGENT, known.node().name(), "site-a",
                    "192.0.2.10", 18_620, List.of("2001:db8::10", "198.51.100.7"), reach), known.softwareVersion(),
                    known.rung(), known.remedy(), known.boot(), known.startedAt(), known.lastSeen(), known.left());
            store().saveAgent(agent);

            assertThat(store().agents()).filteredOn(found -> found.node().id().equals(source)).containsExactly(agent);
        }
    }

    @Test
    void agents_are_listed_by_name() {
        store().saveAgent(agent(NodeId.random(), "b " + source, NOON, false));
        store().saveAgent(agent(NodeId.random(), "a " + source, NOON, false));

        assertThat(store().agents()).extracting(found -> found.node().name())
                .filteredOn(name -> name.endsWith(source.toString())).containsExactly("a " + source, "b " + source);
    }

    @Test
    void a_name_belongs_to_one_agent() {
        AgentRecord first = agent(source, "taken " + source, NOON, false);
        store().saveAgent(first);

        assertThatThrownBy(() -> store().saveAgent(agent(destination, "taken " + source, NOON, false)))
                .isInstanceOf(NameTakenException.class).hasMessageContaining("taken " + source);
        assertThat(store().agents()).filteredOn(found -> found.node().name().equals("taken " + source))
                .containsExactly(first);
    }

    @Test
    void an_agent_may_take_the_name_another_gave_up() {
        store().saveAgent(agent(source, "name " + source, NOON, false));
        store().saveAgent(agent(source, "new name " + source, NOON, false));

        store().saveAgent(agent(destination, "name " + source, NOON, false));

        assertThat(store().agents()).extracting(found -> found.node().name()).contains("name " + source,
                "new name " + source);
    }

    @Test
    void touching_an_agent_never_moves_its_last_sight_back() {
        store().saveAgent(agent(source, "agent " + source, NOON, false));
        store().touchAgent(source, NOON.plus(ROUND), true);
        store().touchAgent(source, NOON.minus(ROUND), false);
        store().touchAgent(NodeId.random(), NOON, false);

        assertThat(store().agents()).filteredOn(found -> found.node().id().equals(source))
                .containsExactly(agent(source, "agent " + source, NOON.plus(ROUND), false));
    }

    @Test
    void an_agent_met_first_as_a_destination_gets_its_name_later() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 100)))));
        assertThat(store().agents()).noneMatch(found -> found.node().id().equals(destination));

        store().saveAgent(agent(destination, "agent " + destination, NOON, false));

        assertThat(store().agents()).anyMatch(found -> found.node().name().equals("agent " + destination));
        assertThat(history(ROUND)).hasSize(1);
    }

    @Test
    void endpoints_need_no_agent() {
        MeshNode endpoint = new MeshNode(destination, MeshNode.Role.ENDPOINT, "resolver", "outside", "192.0.2.53");

        store().append(List.of(new ReceivedBatch(source, boot, 1, List.of(endpoint),
                List.of(row(NOON, PairResult.of(destination, 10, 100))))));
        store().append(List.of(new ReceivedBatch(source, boot, 2, List.of(endpoint),
                List.of(row(NOON.plus(ROUND), PairResult.of(destination, 10, 100))))));

        assertThat(history(ROUND)).hasSize(2);
        assertThat(store().agents()).noneMatch(found -> found.node().id().equals(destination));
    }

    @Test
    void every_result_of_a_long_row_is_read_back_as_it_came_over_the_wire() {
        Random random = new Random(7);
        List<PairResult> results = new ArrayList<>();
        for (int n = 0; n < 300; n++) {
            // From a host beside us to one beyond a satellite, and one in eight with loss.
            int base = 20 << random.nextInt(16);
            int[] delays = random.ints(10, base, 2 * base).toArray();
            results.add(PairResult.of(NodeId.random(), 10,
                    random.nextInt(8) == 0 ? Arrays.copyOf(delays, random.nextInt(10)) : delays));
        }

        store().append(List.of(batch(1, row(NOON, results.toArray(PairResult[]::new)))));

        for (int n = 0; n < results.size(); n += 17) {
            PairResult result = results.get(n);
            HistoryPoint point = history(result.destination(), ICMP_ECHO).getFirst();
            assertThat(point.sent()).isEqualTo(10);
            assertThat(point.received()).isEqualTo(result.received());
            point.delays()
                    .ifPresent(delays -> assertThat(new int[]{delays.min(), delays.lowerQuartile(), delays.median(),
                            delays.upperQuartile(), delays.max()})
                            .containsExactly(DoubleStream.of(0, 0.25, 0.5, 0.75, 1)
                                    .mapToInt(q -> kept(result.delays().quantileMicros(q))).toArray()));
        }
    }

    @Test
    void the_matrix_at_an_instant_has_the_rounds_that_cover_it() {
        NodeId other = NodeId.random();
        store().append(List.of(batch(1, row(NOON.minus(ROUND), PairResult.of(destination, 10, 100)),
                row(NOON, PairResult.of(destination, 10, 200, 300, 400), PairResult.of(other, 10)),
                row(NOON.plus(ROUND), PairResult.of(destination, 10, 500)),
                new MatrixRow(source, TCP_CONNECT, NOON, ROUND, List.of(PairResult.of(destination, 5, 900))))));

        assertThat(matrixAt(NOON.plusSeconds(4))).containsExactlyInAnyOrder(
                destination + " " + NOON + " 10/3 300", other + " " + NOON + " 10/0");
        assertThat(matrixAt(NOON)).hasSize(2);
        assertThat(matrixAt(NOON.plus(ROUND.multipliedBy(2)))).as("the last round is over").isEmpty();
    }

    /** A source that met new destinations since the matrix was read last. */
    @Test
    void the_matrix_at_an_instant_knows_who_came_later() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 100)))));
        assertThat(matrixAt(NOON)).hasSize(1);

        store().append(List.of(batch(2, row(NOON.plus(ROUND), PairResult.of(destination, 10, 100),
                PairResult.of(NodeId.random(), 10, 100)))));

        assertThat(matrixAt(NOON.plus(ROUND))).hasSize(2);
    }

    private List<String> matrixAt(Instant instant) {
        List<String> found = new ArrayList<>();
        store().past().at(ICMP_ECHO, instant, ROUND, (from, to, start, result) -> {
            if (from.equals(source)) {
                found.add(to + " " + Instant.ofEpochMilli(start) + " " + result.sent() + "/" + result.received()
                        + (result.received() > 0 ? " " + result.quantileMicros(0.5) : ""));
            }
        });
        return found;
    }

    @Test
    void maintenance_keeps_what_is_new() {
        store().append(List.of(batch(1, row(NOON, PairResult.of(destination, 10, 100)))));

        store().maintain(Instant.now());
        store().maintain(Instant.now());

        assertThat(history(ROUND)).hasSize(1);
        assertThat(store().trouble()).isEmpty();
    }

    protected List<HistoryPoint> history(Duration step) {
        return store().history(source, destination, ICMP_ECHO, NOON, NOON.plus(Duration.ofHours(1)), step, ALL)
                .points();
    }

    protected List<HistoryPoint> history(NodeId towards, ProbeKind kind) {
        return store().history(source, towards, kind, NOON, NOON.plus(Duration.ofHours(1)), ROUND, ALL)
                .points();
    }

    protected ReceivedBatch batch(long sequence, MatrixRow... rows) {
        return new ReceivedBatch(source, boot, sequence, List.of(), List.of(rows));
    }

    protected MatrixRow row(Instant start, PairResult... results) {
        return new MatrixRow(source, ICMP_ECHO, start, ROUND, List.of(results));
    }

    protected static AgentRecord agent(NodeId id, String name, Instant lastSeen, boolean left) {
        return new AgentRecord(new MeshNode(id, MeshNode.Role.AGENT, name, "site-a", "192.0.2.10", 18_620), "0.1.0",
                "icmp-datagram", "", new UUID(1, 2), NOON, lastSeen, left);
    }

    private static Delays only(int micros) {
        return new Delays(micros, micros, micros, micros, micros, micros);
    }

    /** A delay is kept as it comes over the wire. */
    protected static int kept(int micros) {
        return DelayCode.decode(DelayCode.encode(micros));
    }
}
