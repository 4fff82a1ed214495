package io.sentinelmesh.db;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.event.EventQuery;
import io.sentinelmesh.db.event.StoredEvent;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.db.path.PairPath;
import io.sentinelmesh.db.path.PathQuery;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

/** What every store of paths does. */
public abstract class PathStoreContract {

    /** As exact as times travel. */
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS).minus(ofHours(30));
    private static final Duration TEN_MINUTES = ofMinutes(10);

    private final NodeId source = NodeId.random();
    private final NodeId destination = NodeId.random();
    private final UUID boot = UUID.randomUUID();
    private long sequence;

    protected abstract MeasurementStore store();

    @Test
    void an_unchanged_path_is_one_line_and_no_event() {
        for (int i = 0; i < 10; i++) {
            send(reached(NOW.plus(TEN_MINUTES.multipliedBy(i)), "192.0.2.1", "192.0.2.2", "198.51.100.1"));
        }

        assertThat(all()).extracting(PairPath::since).containsExactly(NOW);
        assertThat(all().getFirst().lastSeen()).as("exact to an hour")
                .isAfterOrEqualTo(NOW.plus(ofMinutes(60))).isBeforeOrEqualTo(NOW.plus(ofMinutes(90)));
        assertThat(events()).isEmpty();
    }

    @Test
    void another_path_is_another_line_and_an_event_that_says_where_they_part() {
        send(reached(NOW, "192.0.2.1", "192.0.2.2", "198.51.100.1"));
        send(reached(NOW.plus(TEN_MINUTES), "192.0.2.1", "192.0.2.3", "198.51.100.1"));

        List<PairPath> paths = all();
        assertThat(paths).extracting(PairPath::since).containsExactly(NOW.plus(TEN_MINUTES), NOW);
        assertThat(paths.getFirst().path()).isEqualTo(path(true, "192.0.2.1", "192.0.2.3", "198.51.100.1"));
        assertThat(store().paths().newest(source, destination)).containsExactly(paths.getFirst());
        assertThat(events()).hasSize(1);
        StoredEvent event = events().getFirst();
        assertThat(event.type()).isEqualTo("path-change");
        assertThat(event.event().subject()).isEqualTo(new Subject.Pair(source, destination));
        assertThat(event.event().details()).isEqualTo(Map.of("before", paths.get(1).path().hash(), "after",
                paths.getFirst().path().hash(), "tracedAt", NOW.plus(TEN_MINUTES).toString(), "outcome", "reached",
                "firstDifferingHop", "2"));
    }

    @Test
    void silent_hops_and_an_early_end_are_no_change_and_what_is_learnt_of_them_stays() {
        send(reached(NOW, "192.0.2.1", "*", "198.51.100.1"));
        send(reached(NOW.plusSeconds(1), "192.0.2.1", "192.0.2.2", "198.51.100.1"));
        send(reached(NOW.plusSeconds(2), "*", "192.0.2.2", "198.51.100.1"));
        send(ended(NOW.plusSeconds(3), TraceOutcome.UNREACHED, "192.0.2.1"));

        assertThat(all()).hasSize(1);
        PairPath path = all().getFirst();
        assertThat(path.path()).isEqualTo(path(true, "192.0.2.1", "192.0.2.2", "198.51.100.1"));
        assertThat(path.outcome()).as("of the newest trace").isEqualTo(TraceOutcome.UNREACHED);
        assertThat(path.lastSeen()).isEqualTo(NOW.plusSeconds(3));
        assertThat(events()).isEmpty();
    }

    @Test
    void everything_of_a_trace_comes_back() {
        SortedMap<Integer, List<Integer>> labels = new TreeMap<>(Map.of(2, List.of(24_000, 17), 10, List.of(3)));
        PathTrace trace = new PathTrace(destination, NOW, InetAddress.ofLiteral("2001:db8::9"), 40_001,
                path(false, "2001:db8::1", "*", "2001:db8::3", "*", "*", "*", "*", "*", "*", "2001:db8::a"),
                TraceOutcome.ADMINISTRATIVELY_PROHIBITED, labels);
        send(trace);

        assertThat(all()).containsExactly(new PairPath(NOW, NOW, trace.path(), trace.target(), 40_001,
                TraceOutcome.ADMINISTRATIVELY_PROHIBITED, labels, 0));
    }

    @Test
    void a_window_has_the_path_it_began_with_and_pages_follow_one_another() {
        for (int i = 0; i < 8; i++) {
            send(reached(NOW.plus(ofHours(2L * i)), "192.0.2." + i, "198.51.100.1"));
        }

        List<PairPath> window = store().paths().page(
                new PathQuery(source, destination, NOW.plus(ofHours(5)), NOW.plus(ofHours(10)), 100));
        assertThat(window).extracting(PairPath::since)
                .containsExactly(NOW.plus(ofHours(8)), NOW.plus(ofHours(6)), NOW.plus(ofHours(4)));

        List<PairPath> read = new ArrayList<>();
        List<PairPath> page = page(NOW.plus(ofHours(24)));
        while (!page.isEmpty()) {
            read.addAll(page);
            page = page(page.getLast().since());
        }
        assertThat(read).isEqualTo(all()).hasSize(8);
    }

    private List<PairPath> page(Instant before) {
        return store().paths().page(new PathQuery(source, destination, NOW, before, 3));
    }

    @Test
    void a_pair_that_changes_all_the_time_gets_few_lines_and_events_and_says_that_it_is_restless() {
        List<PathTrace> traces = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            traces.add(reached(NOW.plusSeconds(10L * i), "192.0.2." + i % 2, "198.51.100.1"));
        }
        send(traces.toArray(PathTrace[]::new));

        assertThat(all()).hasSize(4);
        assertThat(all().getFirst().restless()).isEqualTo(56);
        assertThat(all().getFirst().path()).as("the newest one").isEqualTo(traces.getLast().path());
        assertThat(events()).hasSize(3);

        send(reached(NOW.plus(ofHours(3)), "192.0.2.9", "198.51.100.1"));
        assertThat(all()).as("after a calm hour").hasSize(5);
    }

    @Test
    void a_trace_older_than_what_is_known_changes_nothing() {
        long before = store().paths().leftOut();
        send(reached(NOW, "192.0.2.1", "198.51.100.1"));
        send(reached(NOW.minusSeconds(60), "192.0.2.2", "198.51.100.1"));

        assertThat(all()).extracting(PairPath::since).containsExactly(NOW);
        assertThat(store().paths().leftOut() - before).isEqualTo(1);
    }

    @Test
    void a_batch_that_comes_again_says_nothing_new() {
        PathTrace one = reached(NOW, "192.0.2.1", "198.51.100.1");
        PathTrace other = reached(NOW.plusSeconds(1), "192.0.2.2", "198.51.100.1");
        ReceivedBatch batch = batch(one, other);
        store().append(List.of(batch));
        store().append(List.of(batch));

        assertThat(all()).hasSize(2);
        assertThat(events()).hasSize(1);
    }

    private void send(PathTrace... traces) {
        store().append(List.of(batch(traces)));
    }

    private ReceivedBatch batch(PathTrace... traces) {
        return new ReceivedBatch(source, boot, ++sequence, List.of(), List.of(), List.of(), List.of(traces),
                Duration.ZERO);
    }

    private List<PairPath> all() {
        return store().paths().page(new PathQuery(source, destination, NOW.minus(ofHours(48)),
                NOW.plus(ofHours(48)), 100));
    }

    private List<StoredEvent> events() {
        return store().events().page(new EventQuery(Instant.EPOCH, Instant.now().plus(ofHours(1)), Optional.empty(),
                Optional.of(new Subject.Agent(source)), Optional.empty(), 100));
    }

    private PathTrace reached(Instant at, String... hops) {
        return ended(at, TraceOutcome.REACHED, hops);
    }

    private PathTrace ended(Instant at, TraceOutcome outcome, String... hops) {
        return new PathTrace(destination, at, InetAddress.ofLiteral("198.51.100.1"), 33_600,
                path(outcome == TraceOutcome.REACHED, hops), outcome, new TreeMap<>());
    }

    private static Path path(boolean reached, String... hops) {
        return new Path(Stream.of(hops).map(
                hop -> hop.equals("*") ? Optional.<InetAddress>empty() : Optional.of(InetAddress.ofLiteral(hop)))
                .toList(), reached);
    }
}
