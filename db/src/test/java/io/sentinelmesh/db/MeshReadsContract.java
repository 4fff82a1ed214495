package io.sentinelmesh.db;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.reads.DelayFigures;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.PairScope;
import io.sentinelmesh.db.reads.SiteFigures;
import io.sentinelmesh.db.reads.SiteTotals;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.UnanswerableException;
import io.sentinelmesh.db.reads.Window;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static io.sentinelmesh.measurement.ProbeKind.ICMP_ECHO;
import static io.sentinelmesh.measurement.ProbeKind.TCP_CONNECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What every store says of many pairs at once, held to what this test knows of each single round. */
public abstract class MeshReadsContract {

    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final int ROUNDS = 3 * 360;

    /** One round of one pair, as it was handed to the store. */
    private record Known(MeshNode source, MeshNode destination, Instant start, int sent, int[] delays) {
    }

    /** Three whole hours: the last of them is not over for those who sum up, the first two are. */
    private final Instant begin = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(2));
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final List<MeshNode> nodes = new ArrayList<>();
    private final List<Known> known = new ArrayList<>();
    private long sequence;

    protected abstract MeasurementStore store();

    @BeforeEach
    void introduce() {
        for (int i = 0; i < 70; i++) {
            // The first two measure; the others are told of by their batches, which costs no transaction each.
            boolean measures = i < 2;
            MeshNode node = new MeshNode(NodeId.random(), measures ? MeshNode.Role.AGENT : MeshNode.Role.ENDPOINT,
                    "a" + run + "-" + i, "s" + run + "-" + i % 3, "192.0.2.1");
            nodes.add(node);
            if (measures) {
                store().saveAgent(new AgentRecord(node, "1", "icmp", "", UUID.randomUUID(), begin, begin, false));
            }
        }
    }

    @RepeatedTest(2)
    void sums_are_those_of_the_rounds_whatever_is_summed_up_by_then(RepetitionInfo turn) {
        Random random = new Random(turn.getCurrentRepetition());
        List<Integer> rounds = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rounds.add(random.nextInt(ROUNDS));
        }
        for (int half = 0; half < 2; half++) {
            // The second half comes late for many a minute and hour.
            Collections.shuffle(rounds, random);
            rounds.subList(0, 20).forEach(round -> measure(random, round));
            check(window(0, 10_800));
            check(window(600, 9_060));
            check(window(3_660, 4_000));
            check(window(3_600, 7_200));
            while (store().tiers().rollUp(Instant.now())) {
                // As long as there is more.
            }
            check(window(0, 10_800));
            check(window(600, 9_060));
            check(window(3_660, 4_000));
        }
    }

    @Test
    void two_windows_are_told_apart_and_the_earlier_one_comes_first() {
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            measure(random, random.nextInt(ROUNDS));
        }
        while (store().tiers().rollUp(Instant.now())) {
            // As long as there is more.
        }
        Window later = window(5_400, 10_800);
        List<Window> both = List.of(later.before(), later);

        Map<String, String> expected = new TreeMap<>();
        expected.putAll(expected(later.before(), Slot.WINDOW, 0));
        expected.putAll(expected(later, Slot.WINDOW, 1));
        List<String> order = new ArrayList<>();
        Map<String, String> found = new TreeMap<>();
        store().reads().read(new PairQuery(ICMP_ECHO, both, Slot.WINDOW, mine(0)),
                (source, destination, window, slot, results) -> {
                    String key = key(source, destination, window, slot);
                    order.add(source.name() + destination.name() + window);
                    assertThat(found.put(key, figures(results))).as("once: %s", key).isNull();
                });

        assertThat(found).isEqualTo(only(expected, 0));
        for (String each : order) {
            if (each.endsWith("0") && order.contains(each.substring(0, each.length() - 1) + "1")) {
                assertThat(order.indexOf(each)).isLessThan(order.indexOf(each.substring(0, each.length() - 1) + "1"));
            }
        }
    }

    @Test
    void slots_are_whole_minutes_or_hours() {
        Random random = new Random(8);
        for (int i = 0; i < 30; i++) {
            measure(random, i < 10 ? i : random.nextInt(ROUNDS));
        }
        for (int turn = 0; turn < 2; turn++) {
            checkSlots(window(0, 10_800), Slot.MINUTE);
            checkSlots(window(60, 4_020), Slot.MINUTE);
            checkSlots(window(0, 10_800), Slot.HOUR);
            while (store().tiers().rollUp(Instant.now())) {
                // As long as there is more.
            }
        }
    }

    @Test
    void a_scope_leaves_out_other_sites_and_other_nodes_and_a_kind_the_other_kinds() {
        measure(new Random(9), 5);
        Window window = window(0, 3_600);
        MeshNode one = nodes.get(1);
        MeshNode two = nodes.get(5);

        assertThat(read(window, Slot.WINDOW,
                new PairScope(Optional.of(one.site()), Optional.of(two.site()), Optional.empty(), Optional.empty())))
                .isEqualTo(expected(window, Slot.WINDOW, 0,
                        each -> each.source.site().equals(one.site()) && each.destination.site().equals(two.site())));
        assertThat(read(window, Slot.WINDOW,
                new PairScope(Optional.empty(), Optional.empty(), Optional.of(nodes.get(0).id()),
                        Optional.of(two.id()))))
                .isEqualTo(expected(window, Slot.WINDOW, 0,
                        each -> each.source.equals(nodes.get(0)) && each.destination.equals(two)));
        assertThat(read(window, Slot.WINDOW, new PairScope(Optional.of("nowhere"), Optional.empty(),
                Optional.empty(), Optional.empty()))).isEmpty();
        List<String> tcp = new ArrayList<>();
        store().reads().read(new PairQuery(TCP_CONNECT, window, Slot.WINDOW, mine(0)),
                (source, destination, part, slot, results) -> tcp.add(source.name()));
        assertThat(tcp).isEmpty();
    }

    @Test
    void rows_and_columns_of_sites_are_sums_of_all_their_rounds() {
        Random random = new Random(10);
        for (int i = 0; i < 15; i++) {
            measure(random, random.nextInt(ROUNDS));
        }
        Window window = window(0, 10_800);
        String site = nodes.get(0).site();
        SiteTotals totals = new SiteTotals();
        store().reads().read(new PairQuery(ICMP_ECHO, window, Slot.WINDOW, mine(0)), totals);

        assertThat(totals.from()).containsOnlyKeys(site);
        checkSite(totals.from().get(site), each -> each.source.site().equals(site));
        assertThat(totals.to()).hasSize(3);
        totals.to().forEach((to, figures) -> checkSite(figures,
                each -> each.source.site().equals(site) && each.destination.site().equals(to)));
    }

    private void checkSite(SiteFigures found, Predicate<Known> of) {
        List<Known> rounds = known.stream().filter(of).toList();
        int[] delays = rounds.stream().flatMapToInt(each -> Arrays.stream(each.delays)).map(MeshReadsContract::kept)
                .sorted().toArray();
        assertThat(found.pairs()).isEqualTo((int) rounds.stream()
                .map(each -> each.source.name() + each.destination.name()).distinct().count());
        assertThat(found.sent()).isEqualTo(rounds.stream().mapToLong(Known::sent).sum());
        assertThat(found.received()).isEqualTo(delays.length);
        DelayFigures figures = found.delays().orElseThrow();
        assertThat(figures.min()).isEqualTo(delays[0]);
        assertThat(figures.max()).isEqualTo(delays[delays.length - 1]);
        assertThat(figures.mean()).isEqualTo((int) Math.round(Arrays.stream(delays).average().orElseThrow()));
        near(figures.median(), delays, 0.5);
        near(figures.p95(), delays, 0.95);
    }

    private static void near(int found, int[] delays, double q) {
        int exact = delays[Math.max(1, (int) Math.ceil(q * delays.length)) - 1];
        assertThat(Math.abs(found - exact)).as("%d for %d", found, exact)
                .isLessThanOrEqualTo(exact / DelaySketch.ERROR_DIVISOR);
    }

    @Test
    void a_window_is_read_in_whole_minutes_and_for_hours_in_whole_hours() {
        Instant time = begin.plusSeconds(3_725);

        assertThat(store().reads().fitted(new Window(time, time.plusSeconds(4_000)), Slot.WINDOW))
                .isEqualTo(window(3_720, 7_680));
        assertThat(store().reads().fitted(new Window(time, time.plusSeconds(4_000)), Slot.HOUR))
                .isEqualTo(window(3_600, 7_200));
        assertThat(store().reads().fitted(new Window(time, time.plusSeconds(10)), Slot.MINUTE))
                .isEqualTo(window(3_720, 3_780));
    }

    @Test
    void a_sink_that_has_enough_ends_the_reading_and_the_next_question_is_answered() {
        measure(new Random(11), 5);
        Window window = window(0, 3_600);
        for (int i = 0; i < 2 * MeshReads.MOST_AT_ONCE; i++) {
            assertThatThrownBy(() -> store().reads().read(new PairQuery(ICMP_ECHO, window, Slot.WINDOW, mine(0)),
                    (source, destination, part, slot, results) -> {
                        throw new UnanswerableException("enough");
                    })).hasMessage("enough");
        }

        check(window);
    }

    @Test
    void nodes_are_told_with_their_sites() {
        measure(new Random(12), 5);

        assertThat(store().reads().nodes()).contains(nodes.getFirst(), nodes.getLast());
    }

    /** The first agent's site and the second's measure all, some pairs not at all, some in vain. */
    private void measure(Random random, int round) {
        for (int source = 0; source < 2; source++) {
            List<PairResult> results = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                if (i == source || random.nextInt(10) == 0) {
                    continue;
                }
                int sent = random.nextInt(12) == 0 ? 0 : 10;
                int[] delays = random.ints(random.nextInt(8) == 0 ? 0 : sent, 300, 100_000).sorted().toArray();
                results.add(PairResult.of(nodes.get(i).id(), sent, delays));
                known.add(new Known(nodes.get(source), nodes.get(i), begin.plus(ROUND.multipliedBy(round)), sent,
                        delays));
            }
            store().append(List.of(
                    new ReceivedBatch(nodes.get(source).id(), boot(source), ++sequence, nodes.subList(2, nodes.size()),
                            List.of(new MatrixRow(nodes.get(source).id(), ICMP_ECHO,
                                    begin.plus(ROUND.multipliedBy(round)),
                                    ROUND, results)))));
        }
    }

    private UUID boot(int source) {
        return UUID.nameUUIDFromBytes((run + source).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private Window window(int fromSecond, int toSecond) {
        Instant from = begin.plusSeconds(fromSecond / 60 * 60L);
        return new Window(from, begin.plusSeconds(toSecond / 60 * 60L));
    }

    /** What others put into the same store does not concern this test. */
    private PairScope mine(int source) {
        return new PairScope(Optional.of(nodes.get(source).site()), Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    private void check(Window window) {
        for (int source = 0; source < 2; source++) {
            assertThat(read(window, Slot.WINDOW, mine(source)))
                    .isEqualTo(only(expected(window, Slot.WINDOW, 0), source));
        }
    }

    private void checkSlots(Window window, Slot slot) {
        assertThat(read(window, slot, mine(0))).isEqualTo(only(expected(window, slot, 0), 0));
    }

    private Map<String, String> only(Map<String, String> all, int source) {
        Map<String, String> some = new TreeMap<>(all);
        some.keySet().removeIf(key -> !key.startsWith(nodes.get(source).name() + " "));
        return some;
    }

    private Map<String, String> read(Window window, Slot slot, PairScope scope) {
        Map<String, String> found = new TreeMap<>();
        store().reads().read(new PairQuery(ICMP_ECHO, window, slot, scope),
                (source, destination, part, start, results) -> assertThat(
                        found.put(key(source, destination, part, start), figures(results))).as("once").isNull());
        return found;
    }

    private Map<String, String> expected(Window window, Slot slot, int part) {
        return expected(window, slot, part, _ -> true);
    }

    private Map<String, String> expected(Window window, Slot slot, int part, Predicate<Known> of) {
        Map<String, List<Known>> groups = new TreeMap<>();
        known.stream().filter(of)
                .filter(each -> !each.start.isBefore(window.from()) && each.start.isBefore(window.to()))
                .forEach(each -> groups.computeIfAbsent(key(each.source, each.destination, part,
                        slot == Slot.WINDOW
                                ? window.from()
                                : each.start.truncatedTo(slot == Slot.HOUR ? ChronoUnit.HOURS : ChronoUnit.MINUTES)),
                        _ -> new ArrayList<>()).add(each));
        Map<String, String> all = new TreeMap<>();
        groups.forEach((key, rounds) -> {
            int[] delays = rounds.stream().flatMapToInt(each -> Arrays.stream(each.delays))
                    .map(MeshReadsContract::kept).sorted().toArray();
            all.put(key, delays.length + " of " + rounds.stream().mapToLong(Known::sent).sum() + (delays.length == 0
                    ? ""
                    : " from " + delays[0] + " to " + delays[delays.length - 1] + ", mean "
                            + Math.round(Arrays.stream(delays).average().orElseThrow())));
        });
        return all;
    }

    private static String key(MeshNode source, MeshNode destination, int window, Instant slot) {
        return source.name() + " to " + destination.name() + " in " + window + " at " + slot;
    }

    private static String figures(DelaySketch results) {
        return results.received() + " of " + results.sent() + results.delays()
                .map(delays -> " from " + delays.min() + " to " + delays.max() + ", mean " + delays.mean()).orElse("");
    }

    /** As delays come over the wire and are stored. */
    private static int kept(int micros) {
        return DelayCode.decode(DelayCode.encode(micros));
    }
}
