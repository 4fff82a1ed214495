package io.sentinelmesh.aggregator.stream;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.matrix.BaselineMemory;
import io.sentinelmesh.aggregator.matrix.KindChoice;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;
import io.sentinelmesh.aggregator.matrix.NodeTable;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.roster.AgentRoster;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

import static org.assertj.core.api.Assertions.assertThat;

class StreamHubTest {

    private static final Executor AT_ONCE = Runnable::run;

    private static final class Client implements StreamClient {
        final List<Buffer> binaries = new ArrayList<>();
        final List<String> texts = new ArrayList<>();
        final StreamDecoder seen = new StreamDecoder();
        boolean behind;
        int closedWith;

        @Override
        public Executor loop() {
            return AT_ONCE;
        }

        @Override
        public void text(Buffer message) {
            texts.add(message.toString());
        }

        @Override
        public void binary(Buffer message) {
            binaries.add(message);
            seen.apply(ByteBuffer.wrap(message.getBytes()));
        }

        @Override
        public boolean behind() {
            return behind;
        }

        @Override
        public void close(short code, String reason) {
            closedWith = code;
        }

        StreamHub.Resume leftOff() {
            return new StreamHub.Resume(seen.run, seen.tick);
        }
    }

    private final NodeTable nodes = new NodeTable();
    private final LiveMatrix matrix = new LiveMatrix(nodes, new BaselineMemory());
    private final LiveMesh mesh = new LiveMesh(nodes, new AgentRoster(), matrix, Clock.systemUTC(), System::nanoTime);
    private final MetricRegistry registry = new MetricRegistry();
    private final StreamHub hub = new StreamHub(mesh, registry);
    private final Client fast = new Client();
    private final Client slow = new Client();
    private final MeshNode a = node("a", "north");
    private final MeshNode b = node("b", "south");
    private final MeshNode c = node("c", "west");

    private MeshNode node(String name, String site) {
        MeshNode node = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, site, "192.0.2.1");
        nodes.enter(node);
        return node;
    }

    private void reports(MeshNode source, int micros, MeshNode... destinations) {
        reports(source, ProbeKind.ICMP_ECHO, micros, destinations);
    }

    private void reports(MeshNode source, ProbeKind kind, int micros, MeshNode... destinations) {
        List<LiveRow.Cell> cells = new ArrayList<>();
        for (MeshNode destination : destinations) {
            cells.add(new LiveRow.Cell(PairResult.of(destination.id(), 1, micros), new RecentFates(0, 1)));
        }
        matrix.report(nodes.indexOf(source.id()).orElseThrow(),
                new LiveRow(source.id(), kind, Instant.EPOCH, Duration.ofSeconds(10), cells), false, System.nanoTime());
    }

    private void ticks(int times) {
        for (int i = 0; i < times; i++) {
            hub.publish(mesh.tick());
        }
    }

    private void join(Client client) {
        hub.join(client, Subscription.EVERYTHING, Optional.empty());
    }

    private static Subscription query(String... keysAndValues) {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            query.add(keysAndValues[i], keysAndValues[i + 1]);
        }
        return Subscription.of(query);
    }

    private long cells(Client client) {
        return client.seen.cells.size();
    }

    @Test
    void all_clients_get_the_very_same_buffer_outside_the_heap() {
        join(fast);
        join(slow);
        ticks(4);

        assertThat(fast.binaries).hasSizeGreaterThan(1);
        assertThat(fast.binaries.getLast()).isSameAs(slow.binaries.getLast());
        assertThat(fast.binaries.getFirst()).as("snapshot").isSameAs(slow.binaries.getFirst());
    }

    @Test
    void a_client_that_is_behind_misses_deltas_and_harms_nobody() {
        join(fast);
        join(slow);
        slow.behind = true;
        for (int i = 0; i < 20; i++) {
            reports(a, 100 + i, b);
            ticks(1);
        }

        assertThat(slow.closedWith).isZero();
        assertThat(slow.binaries).hasSize(1);
        assertThat(fast.binaries).hasSize(1 + 20);
    }

    @Test
    void a_client_that_was_behind_is_brought_up_to_date_once_it_has_drained() {
        join(fast);
        join(slow);
        slow.behind = true;
        for (int i = 0; i < StreamView.MOST_RING_DELTAS + 1; i++) {
            slow.behind = i < 100 || i % 100 != 0;
            reports(a, 100 + i, b);
            ticks(1);
        }
        slow.behind = false;
        ticks(1);

        assertThat(slow.closedWith).isZero();
        assertThat(slow.seen.cells).isEqualTo(fast.seen.cells);
        assertThat(slow.seen.tick).isEqualTo(fast.seen.tick);
    }

    @Test
    void a_client_that_reads_nothing_for_a_minute_is_closed() {
        join(fast);
        join(slow);
        slow.behind = true;
        ticks(StreamHub.PATIENCE_BEATS);
        assertThat(slow.closedWith).isZero();

        ticks(1);

        assertThat(slow.closedWith).isEqualTo(1013);
        assertThat(fast.closedWith).isZero();
    }

    @Test
    void idle_ticks_are_told_once_in_four() {
        ticks(1);
        join(fast);
        ticks(8);

        assertThat(fast.binaries).hasSize(1 + 2);
    }

    @Test
    void who_comes_back_gets_what_was_missed_and_no_snapshot() {
        reports(a, 100, b);
        ticks(1);
        join(fast);
        join(slow);
        hub.leave(slow);
        reports(a, 200, b);
        ticks(1);
        reports(b, 300, c);
        ticks(1);
        slow.binaries.clear();

        hub.join(slow, Subscription.EVERYTHING, Optional.of(slow.leftOff()));

        assertThat(slow.binaries).hasSize(2);
        assertThat(slow.seen.type).as("delta").isEqualTo(2);
        assertThat(slow.seen.cells).isEqualTo(fast.seen.cells).hasSize(2);
        Client third = new Client();
        hub.join(third, Subscription.EVERYTHING, Optional.of(new StreamHub.Resume(slow.seen.run, slow.seen.tick - 2)));
        assertThat(third.binaries.getFirst()).as("the very same buffer").isSameAs(slow.binaries.getFirst());
    }

    @Test
    void while_too_much_is_unsent_to_all_together_only_one_is_brought_up_to_date_with_each_beat() {
        hub.unsent().add(Unsent.MOST_BYTES);
        join(fast);
        join(slow);
        assertThat(fast.binaries).hasSize(1);
        assertThat(slow.binaries).isEmpty();

        ticks(1);
        assertThat(slow.binaries).hasSize(1);
        assertThat(slow.texts).hasSize(1);

        hub.unsent().add(-Unsent.MOST_BYTES);
        ticks(4);
        assertThat(slow.seen.tick).isEqualTo(fast.seen.tick);
    }

    @Test
    void who_comes_back_too_late_or_to_another_run_gets_a_snapshot() {
        join(slow);
        StreamHub.Resume leftOff = slow.leftOff();
        hub.leave(slow);
        reports(a, 100, b);
        ticks(1);

        hub.join(slow, Subscription.EVERYTHING, Optional.of(new StreamHub.Resume(leftOff.run() ^ 1, leftOff.tick())));
        assertThat(slow.seen.type).as("another run").isEqualTo(1);
        hub.leave(slow);

        ticks(StreamHub.KEPT_BEATS + 40);
        hub.join(slow, Subscription.EVERYTHING, Optional.of(leftOff));
        assertThat(slow.seen.type).as("too late").isEqualTo(1);
        hub.leave(slow);

        hub.join(slow, Subscription.EVERYTHING, Optional.of(new StreamHub.Resume(leftOff.run(), 4_000_000_000L)));
        assertThat(slow.seen.type).as("from the future").isEqualTo(1);
    }

    @Test
    void a_subscription_to_a_site_tells_its_rows_and_its_columns() {
        hub.join(fast, query("site", "south"), Optional.empty());
        reports(a, 100, b, c);
        reports(b, 100, a, c);
        reports(c, 100, a);
        ticks(1);

        assertThat(fast.seen.cells.keySet()).containsExactly(1L, 65_536L, 65_538L);
        join(slow);
        assertThat(cells(slow)).isEqualTo(5);
    }

    @Test
    void a_subscription_to_a_pair_tells_both_ways_and_nothing_else() {
        reports(a, 100, b, c);
        reports(b, 100, a, c);
        hub.join(fast, query("source", a.id().toString(), "destination", b.id().toString()), Optional.empty());

        assertThat(fast.seen.cells.keySet()).containsExactly(1L, 65_536L);
        assertThat(fast.seen.ages.keySet()).containsExactly(0, 1);
    }

    @Test
    void a_subscription_to_a_kind_tells_that_kind_also_where_another_is_shown() {
        reports(a, ProbeKind.ICMP_ECHO, 100, b, c);
        reports(a, ProbeKind.STAMP, 400, b);
        hub.join(fast, query("kind", "stamp"), Optional.empty());

        assertThat(fast.seen.cells).containsOnlyKeys(1L);
        reports(a, ProbeKind.STAMP, 500, b);
        ticks(1);
        assertThat(fast.seen.cells.firstEntry().getValue() & 0xffff).isEqualTo(501);
    }

    @Test
    void a_node_that_moves_to_another_site_moves_the_view() {
        reports(a, 100, b, c);
        hub.join(fast, query("site", "south"), Optional.empty());
        assertThat(cells(fast)).isEqualTo(1);
        nodes.enter(new MeshNode(c.id(), c.role(), c.name(), "south", c.address()));
        ticks(1);

        assertThat(fast.seen.type).as("snapshot").isEqualTo(1);
        assertThat(cells(fast)).isEqualTo(2);
    }

    @Test
    void who_comes_back_from_just_before_its_view_moved_sees_what_came_into_it() {
        Subscription south = query("site", "south");
        reports(a, 100, b, c);
        ticks(1);
        hub.join(slow, south, Optional.empty());
        hub.leave(slow);
        nodes.enter(new MeshNode(c.id(), c.role(), c.name(), "south", c.address()));
        ticks(1);

        hub.join(slow, south, Optional.of(slow.leftOff()));

        assertThat(slow.seen.cells).hasSize(2);
    }

    @Test
    void a_snapshot_by_get_is_made_once_a_second_however_often_it_is_asked_for() {
        reports(a, 100, b);
        ticks(1);
        byte[] first = hub.snapshot(Subscription.EVERYTHING);
        reports(a, 200, b);
        ticks(1);
        assertThat(hub.snapshot(Subscription.EVERYTHING)).isSameAs(first);

        ticks(AskedSnapshots.KEPT_BEATS);

        assertThat(hub.snapshot(Subscription.EVERYTHING)).isNotEqualTo(first);
    }

    @Test
    void a_snapshot_by_get_knows_a_node_as_soon_as_there_is_one() {
        ticks(1);
        byte[] first = hub.snapshot(Subscription.EVERYTHING);
        node("d", "east");
        ticks(1);

        assertThat(hub.snapshot(Subscription.EVERYTHING)).isNotSameAs(first);
    }

    @Test
    void there_are_only_so_many_different_subscriptions() {
        for (int i = 0; i < StreamHub.MOST_VIEWS; i++) {
            hub.join(new Client(), query("site", "site-" + i), Optional.empty());
        }
        join(slow);
        assertThat(slow.closedWith).isEqualTo(4013);
        assertThat(slow.binaries).isEmpty();
        assertThat(hub.snapshot(new Subscription(KindChoice.SHOWN, Set.of(), Optional.empty()))).isNotEmpty();
    }

    @Test
    void a_node_that_appears_is_told_to_everybody_once_and_to_who_is_behind_when_it_has_drained() {
        join(fast);
        join(slow);
        ticks(1);
        slow.behind = true;
        fast.texts.clear();
        slow.texts.clear();
        node("d", "east");
        ticks(1);

        assertThat(fast.texts).hasSize(1);
        assertThat(slow.texts).isEmpty();
        slow.behind = false;
        ticks(1);
        assertThat(slow.texts).hasSize(1);
    }
}
