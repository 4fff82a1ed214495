package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue.Gauge;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;

import static org.assertj.core.api.Assertions.assertThat;

class BacklogTest {

    @TempDir
    private Path folder;

    private SpoolRig rig() {
        return new SpoolRig(folder.resolve("spool"));
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static Frame.Batch decoded(Outgoing batch) {
        return (Frame.Batch) FrameCodec.decode(batch.frame());
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("spool"))) {
            return files.filter(file -> Segment.idOf(file).isPresent()).sorted().toList();
        }
    }

    @Test
    void batches_are_numbered_from_one_without_gaps_and_hold_several_rows() {
        SpoolRig rig = rig();
        rig.add(1, 8);

        Outgoing first = rig.next().orElseThrow();
        Outgoing second = rig.next().orElseThrow();

        assertThat(first.sequence()).isEqualTo(1);
        assertThat(second.sequence()).isEqualTo(2);
        assertThat(decoded(first).rows()).hasSize(BatchLabels.MAX_ROWS);
        assertThat(decoded(second).rows()).hasSize(2);
        assertThat(rig.next()).isEmpty();
    }

    @Test
    void no_more_batches_are_under_way_than_the_credit() {
        SpoolRig rig = rig();
        rig.add(1, 20);

        assertThat(rig.backlog.next(1, false)).isPresent();
        assertThat(rig.backlog.next(1, false)).isEmpty();
        assertThat(rig.backlog.next(2, false)).isPresent();
    }

    @Test
    void a_row_that_comes_after_its_batch_was_sent_goes_in_the_next() {
        SpoolRig rig = rig();
        rig.add(1, 2);
        Outgoing first = rig.next().orElseThrow();
        rig.add(3, 3);

        Outgoing second = rig.next().orElseThrow();

        assertThat(decoded(first).rows()).hasSize(2);
        assertThat(second.sequence()).isEqualTo(2);
        assertThat(decoded(second).rows()).extracting(Rounds::number).containsExactly(3L);
    }

    @Test
    void long_rows_wait_for_the_next_rounds_and_short_ones_do_not() {
        SpoolRig rig = rig();
        rig.add(Rounds.row(1, BatchLabels.LINGER_FROM_RESULTS));

        assertThat(rig.next()).isEmpty();
        assertThat(rig.backlog.lingers()).contains(BatchLabels.LINGER);
        for (int round = 2; round <= 5; round++) {
            rig.pass(Duration.ofSeconds(10));
            rig.add(Rounds.row(round, BatchLabels.LINGER_FROM_RESULTS));
            assertThat(rig.next()).isEmpty();
        }
        rig.pass(Duration.ofSeconds(5));
        assertThat(decoded(rig.next().orElseThrow()).rows()).hasSize(5);

        rig.add(6, 6);
        assertThat(rig.next()).isPresent();
    }

    @Test
    void what_is_not_acknowledged_goes_again_as_the_same_batches() {
        SpoolRig rig = rig();
        rig.add(1, 10);
        Outgoing first = rig.next().orElseThrow();
        Outgoing second = rig.next().orElseThrow();

        rig.backlog.rewind();
        rig.add(11, 11);

        assertThat(rig.next().map(BacklogTest::decoded).map(Frame.Batch::rows)).contains(decoded(first).rows());
        assertThat(rig.next().map(BacklogTest::decoded).map(Frame.Batch::rows)).contains(decoded(second).rows());
        assertThat(rig.next().map(Outgoing::sequence)).contains(3L);
    }

    @Test
    void an_acknowledgement_covers_all_batches_of_its_boot_before_it_and_none_of_another() {
        SpoolRig rig = rig();
        rig.add(1, 20);
        Outgoing first = rig.next().orElseThrow();
        rig.next();

        rig.backlog.acknowledge(UUID.randomUUID(), 2);
        assertThat(rig.balance().acknowledged()).isEqualTo(Tally.ZERO);
        rig.backlog.acknowledge(first.boot(), 2);

        assertThat(rig.balance().acknowledged()).isEqualTo(new Tally(12, 12));
    }

    @Test
    void a_restart_sends_the_older_boot_first_and_loses_nothing() {
        SpoolRig rig = rig();
        rig.add(1, 7);
        rig.restart();
        rig.add(8, 9);

        rig.drain();

        assertThat(rig.aggregator.rows()).isEqualTo(numbers(1, 9));
        assertThat(rig.aggregator.batches()).extracting(Frame.Batch::sequence).containsExactly(1L, 2L, 1L);
        assertThat(rig.aggregator.batches().stream().map(Frame.Batch::boot).distinct()).hasSize(2);
        assertThat(rig.balance()).isEqualTo(
                new SpoolBalance(new Tally(9, 9), new Tally(9, 9), Tally.ZERO, Drops.NONE));
    }

    @Test
    void the_books_survive_a_restart() {
        SpoolRig rig = rig();
        rig.add(1, 20);
        rig.acknowledge(rig.next().orElseThrow());
        SpoolBalance before = rig.balance();

        rig.restart();

        assertThat(rig.balance()).isEqualTo(before);
        rig.crash();
        assertThat(rig.balance()).isEqualTo(before);
    }

    @Test
    void a_batch_that_was_stored_before_a_crash_is_known_again_by_its_name() {
        SpoolRig rig = rig();
        rig.add(1, 6);
        rig.aggregator.take(rig.next().orElseThrow().frame());
        rig.crash();
        rig.add(7, 7);

        rig.drain();

        assertThat(rig.aggregator.rows()).isEqualTo(numbers(1, 7));
    }

    @Test
    void acknowledged_segments_are_deleted() throws IOException {
        SpoolRig rig = rig();
        rig.add(1, 100);
        rig.backlog.sync();
        assertThat(segments().size()).isGreaterThan(5);

        rig.drain();

        assertThat(segments()).hasSize(1);
    }

    @Test
    void a_full_spool_drops_its_oldest_rows_and_says_why() throws IOException {
        SpoolRig rig = new SpoolRig(folder.resolve("spool"), new SpoolSettings(1 << 20, Duration.ofDays(1), 64 * 1024,
                64 * 1024));
        int rows = 200;
        for (int number = 1; number <= rows; number++) {
            rig.add(Rounds.row(number, 1_000));
        }
        rig.backlog.sync();

        long onDisk = 0;
        for (Path segment : segments()) {
            onDisk += Files.size(segment);
        }
        assertThat(onDisk).isLessThanOrEqualTo(1 << 20);
        long dropped = rig.balance().dropped().of(DropReason.FULL).rows();
        assertThat(dropped).isPositive();
        rig.drain();
        assertThat(rig.aggregator.rows()).isEqualTo(numbers(dropped + 1, rows));
        assertThat(rig.balance().waiting()).isEqualTo(Tally.ZERO);
        assertThat(rig.aggregator.last().orElseThrow().roundsDropped()).isEqualTo(dropped);
    }

    @Test
    void what_is_under_way_can_be_dropped_too_and_a_late_acknowledgement_of_it_does_no_harm() {
        SpoolRig rig = new SpoolRig(folder.resolve("spool"), new SpoolSettings(1 << 20, Duration.ofDays(1), 64 * 1024,
                64 * 1024));
        rig.add(Rounds.row(1, 1_000));
        Outgoing first = rig.backlog.next(8, true).orElseThrow();
        for (int number = 2; number <= 200; number++) {
            rig.add(Rounds.row(number, 1_000));
        }
        assertThat(rig.balance().dropped().of(DropReason.FULL).rows()).isPositive();

        rig.backlog.acknowledge(first.boot(), first.sequence());
        rig.drain();

        assertThat(rig.balance().waiting()).isEqualTo(Tally.ZERO);
        assertThat(rig.balance().acknowledged()).isEqualTo(rig.aggregator.stored());
        SpoolBalance before = rig.balance();
        rig.restart();
        assertThat(rig.balance()).isEqualTo(before);
    }

    @Test
    void rows_beyond_their_age_are_dropped_but_not_for_a_clock_that_is_soon_set_right() {
        SpoolRig rig = rig();
        rig.add(1, 50);
        rig.restart();
        rig.pass(Duration.ofDays(3));
        for (int look = 1; look < AgeLimit.LOOKS; look++) {
            rig.backlog.upkeep();
        }
        assertThat(rig.balance().dropped()).isEqualTo(Drops.NONE);
        rig.now = Rounds.START.plusSeconds(700);
        rig.backlog.upkeep();
        rig.now = Rounds.START.plus(Duration.ofDays(3));
        rig.backlog.upkeep();
        assertThat(rig.balance().dropped()).isEqualTo(Drops.NONE);

        for (int look = 1; look < AgeLimit.LOOKS + 50; look++) {
            rig.backlog.upkeep();
        }

        assertThat(rig.balance().dropped().of(DropReason.AGE)).isEqualTo(new Tally(50, 50));
    }

    @Test
    void what_is_written_is_durable_after_a_megabyte_at_the_latest() {
        SpoolRig rig = new SpoolRig(folder.resolve("spool"), SpoolSettings.DEFAULT);
        int rows = 300;
        for (int number = 1; number <= rows; number++) {
            rig.add(Rounds.row(number, 1_000));
        }

        long bytesEach = FrameCodec.encode(new Frame.Batch(Rounds.SELF, UUID.randomUUID(), 1, Rounds.START, List.of(),
                List.of(Rounds.row(1, 1_000)), 0)).length;
        assertThat((rows - rig.backlog.durableRows()) * bytesEach).isLessThan(Backlog.SYNC_BYTES);
        assertThat(rig.disk.forced).isLessThan(rows / 10);
    }

    @Test
    void a_disk_that_is_full_costs_nothing_while_memory_lasts_and_is_used_again_when_it_has_room() {
        SpoolRig rig = rig();
        rig.disk.room(5_000);
        rig.add(1, 100);
        rig.backlog.sync();
        assertThat(rig.backlog.trouble()).hasValueSatisfying(why -> assertThat(why).contains("No space left"));
        for (int i = 0; i < 4; i++) {
            rig.acknowledge(rig.next().orElseThrow());
        }

        rig.disk.mend();
        rig.backlog.upkeep();
        assertThat(rig.backlog.trouble()).isEmpty();
        rig.crash();
        rig.drain();

        assertThat(rig.aggregator.rows()).isEqualTo(numbers(1, 100));
        assertThat(rig.balance())
                .isEqualTo(new SpoolBalance(new Tally(100, 100), new Tally(100, 100), Tally.ZERO, Drops.NONE));
    }

    @Test
    void batches_go_from_memory_while_the_disk_takes_nothing() {
        SpoolRig rig = rig();
        rig.add(1, 3);
        rig.backlog.sync();
        rig.disk.refuseWrites("Read-only file system");
        rig.disk.refuseDeletes();
        rig.add(4, 30);

        rig.drain();

        assertThat(rig.aggregator.rows()).isEqualTo(numbers(1, 30));
        assertThat(rig.balance().acknowledged()).isEqualTo(new Tally(30, 30));
    }

    @Test
    void rows_sent_from_memory_are_not_sent_again_under_another_name_when_the_disk_is_back() {
        SpoolRig rig = rig();
        rig.add(1, 3);
        rig.disk.refuseWrites("Input/output error");
        rig.add(4, 30);
        for (int i = 0; i < 3; i++) {
            rig.aggregator.take(rig.next().orElseThrow().frame());
        }
        rig.disk.mend();
        rig.backlog.upkeep();
        rig.add(31, 40);

        rig.drain();

        assertThat(rig.aggregator.rows()).isEqualTo(numbers(1, 40));
        assertThat(rig.balance().acknowledged()).isEqualTo(new Tally(40, 40));
    }

    @Test
    void after_a_failed_sync_the_same_rows_are_written_again_and_found_once() {
        SpoolRig rig = rig();
        rig.add(1, 3);
        rig.disk.failForce();
        rig.disk.refuseDeletes();
        rig.add(4, 6);
        rig.backlog.sync();
        assertThat(rig.backlog.trouble()).isPresent();
        rig.disk.mend();
        rig.backlog.upkeep();

        rig.crash();
        assertThat(rig.balance().waiting()).isEqualTo(new Tally(6, 6));
        rig.drain();

        assertThat(rig.aggregator.rows()).isEqualTo(numbers(1, 6));
    }

    @Test
    void beyond_its_memory_the_oldest_rows_give_way_and_are_counted_even_after_the_disk_is_back() {
        SpoolRig rig = rig();
        rig.disk.refuseWrites("Read-only file system");
        rig.disk.refuseDeletes();
        rig.add(1, 1_000);
        long dropped = rig.balance().dropped().of(DropReason.DISK_ERROR).rows();
        assertThat(dropped).isBetween(300L, 900L);

        rig.disk.mend();
        rig.backlog.upkeep();
        SpoolBalance before = rig.balance();
        rig.restart();

        assertThat(rig.balance()).isEqualTo(before);
        rig.drain();
        assertThat(rig.aggregator.rows()).isEqualTo(numbers(dropped + 1, 1_000));
    }

    @Test
    void on_a_full_disk_the_oldest_on_disk_gives_way_before_what_is_in_memory() {
        SpoolRig rig = rig();
        rig.add(1, 100);
        rig.disk.room(0);
        rig.add(101, 1_000);

        Drops dropped = rig.balance().dropped();

        assertThat(dropped.of(DropReason.FULL).rows()).isPositive();
        assertThat(dropped.of(DropReason.DISK_ERROR).rows()).isLessThan(900);
        rig.disk.mend();
        rig.backlog.upkeep();
        rig.drain();
        assertThat(rig.aggregator.rows()).doesNotHaveDuplicates().isSorted();
        assertThat(rig.balance().acknowledged()).isEqualTo(rig.aggregator.stored());
        assertThat(rig.balance().waiting()).isEqualTo(Tally.ZERO);
    }

    @Test
    void a_damaged_row_is_passed_over_and_counted_and_the_rest_of_its_batch_arrives() throws IOException {
        SpoolRig rig = rig();
        rig.add(1, 6);
        rig.backlog.sync();
        Path segment = segments().getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[Segment.HEADER_BYTES + RecordHeader.BYTES + 3] ^= 1;
        Files.write(segment, bytes);

        rig.crash();

        assertThat(rig.balance().dropped().of(DropReason.CORRUPT)).isEqualTo(new Tally(1, 1));
        rig.drain();
        assertThat(rig.aggregator.rows()).isEqualTo(numbers(2, 6));
        assertThat(rig.aggregator.last().map(Frame.Batch::sequence)).contains(1L);
        assertThat(rig.balance().acknowledged()).isEqualTo(new Tally(5, 5));
    }

    @Test
    void a_row_that_is_damaged_while_the_agent_runs_is_counted_too() throws IOException {
        SpoolRig rig = rig();
        rig.add(1, 200);
        rig.backlog.sync();
        Path segment = segments().get(2);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[Segment.HEADER_BYTES + RecordHeader.BYTES + 3] ^= 1;
        Files.write(segment, bytes);

        rig.drain();

        assertThat(rig.balance().dropped().of(DropReason.CORRUPT)).isEqualTo(new Tally(1, 1));
        assertThat(rig.balance().waiting()).isEqualTo(Tally.ZERO);
        assertThat(rig.aggregator.rows()).hasSize(199).doesNotHaveDuplicates();
    }

    @Test
    void a_row_that_is_damaged_between_two_sendings_is_counted_and_the_rest_goes_again() throws IOException {
        SpoolRig rig = rig();
        rig.add(1, 6);
        assertThat(rig.next()).isPresent();
        Path segment = segments().getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[Segment.HEADER_BYTES + RecordHeader.BYTES + 3] ^= 1;
        Files.write(segment, bytes);

        rig.drain();

        assertThat(rig.aggregator.rows()).isEqualTo(numbers(2, 6));
        assertThat(rig.balance().dropped().of(DropReason.CORRUPT)).isEqualTo(new Tally(1, 1));
        assertThat(rig.balance().acknowledged()).isEqualTo(new Tally(5, 5));
    }

    @Test
    void a_segment_that_cannot_be_read_is_given_up_after_some_tries_and_what_is_behind_it_arrives()
            throws IOException {
        SpoolRig rig = rig();
        rig.add(1, 60);
        rig.backlog.sync();
        Path second = segments().get(1);
        Files.delete(second);
        Files.createDirectory(second); // reading it is an I/O error

        for (int attempt = 0; attempt < 20; attempt++) {
            rig.drain();
        }

        Tally lost = rig.balance().dropped().of(DropReason.UNREADABLE);
        assertThat(lost.rows()).isBetween(5L, 15L);
        assertThat(rig.aggregator.rows()).hasSize(60 - (int) lost.rows()).contains(1L, 60L).doesNotHaveDuplicates();
        assertThat(rig.balance().waiting()).isEqualTo(Tally.ZERO);
        assertThat(rig.balance().dropped().total()).isEqualTo(lost);
        SpoolBalance before = rig.balance();
        rig.restart();
        assertThat(rig.balance()).isEqualTo(before);
    }

    @Test
    void a_lost_cursor_makes_batches_go_again_and_no_more() throws IOException {
        SpoolRig rig = rig();
        rig.add(1, 30);
        for (int i = 0; i < 3; i++) {
            rig.acknowledge(rig.next().orElseThrow());
        }
        rig.backlog.close();
        Files.delete(folder.resolve("spool").resolve(StateFile.NAME));

        rig.crash();
        rig.drain();

        assertThat(rig.aggregator.rows()).isEqualTo(numbers(1, 30));
        assertThat(rig.balance().waiting()).isEqualTo(Tally.ZERO);
    }

    @Test
    void a_batch_tells_what_the_agent_says_of_itself_only_when_it_goes_first() throws WireFormatException {
        SpoolRig rig = rig();
        AgentHealth health = new AgentHealth(Rounds.START, Duration.ofSeconds(10), ProberFigures.NONE,
                ProcessFigures.NONE, SpoolFigures.NONE, Optional.empty(), HealthVerdict.WELL);
        rig.self = new SelfReport(Optional.of(health),
                List.of(new HostMetric("host_uptime_seconds", "seconds", Map.of(), Rounds.START, new Gauge(1))));
        rig.add(1, 3);

        Frame.Batch first = (Frame.Batch) FrameCodec.decode(rig.backlog.next(8, true).orElseThrow().frame());
        rig.backlog.rewind();
        Frame.Batch again = (Frame.Batch) FrameCodec.decode(rig.backlog.next(8, true).orElseThrow().frame());

        assertThat(first.health()).contains(health);
        assertThat(first.metrics()).hasSize(1);
        assertThat(again.rows()).isEqualTo(first.rows());
        assertThat(again.health()).isEmpty();
        assertThat(again.metrics()).isEmpty();
    }

    @Test
    void traces_go_with_their_row_through_restarts_and_links_that_end_until_it_is_acknowledged() {
        SpoolRig rig = rig();
        List<PathTrace> traces = IntStream.range(0, 3).mapToObj(BacklogTest::trace).toList();
        rig.add(Rounds.row(1), List.of(), traces.subList(0, 2));
        rig.add(Rounds.row(2), List.of(), List.of());
        rig.add(Rounds.row(3), List.of(), traces.subList(2, 3));
        rig.backlog.sync();

        Frame.Batch sent = (Frame.Batch) FrameCodec.decode(rig.backlog.next(8, true).orElseThrow().frame());
        rig.backlog.rewind();
        Frame.Batch again = (Frame.Batch) FrameCodec.decode(rig.backlog.next(8, true).orElseThrow().frame());
        rig.crash();
        rig.drain();

        assertThat(sent.traces()).isEqualTo(traces);
        assertThat(again.traces()).isEqualTo(traces);
        assertThat(rig.aggregator.batches().stream().flatMap(batch -> batch.traces().stream())).isEqualTo(traces);
    }

    private static PathTrace trace(int second) {
        return new PathTrace(NodeId.random(), Rounds.START.plusSeconds(second), InetAddress.ofLiteral("198.51.100.1"),
                33_600, new io.sentinelmesh.measurement.Path(
                        List.of(Optional.of(InetAddress.ofLiteral("192.0.2.1")), Optional.empty()), true),
                TraceOutcome.REACHED, new TreeMap<>());
    }

    @Test
    void a_smaller_bound_takes_effect_with_the_next_row_and_what_goes_is_counted() {
        SpoolRig rig = new SpoolRig(folder.resolve("spool"),
                new SpoolSettings(2 << 20, Duration.ofDays(1), 64 << 10, 64 << 10));
        rig.add(1, 10_000);
        rig.backlog.sync();
        long waiting = rig.balance().waiting().rows();
        assertThat(waiting).isEqualTo(10_000);

        rig.backlog.limit(new SpoolSettings(SpoolSettings.LEAST_MAX_BYTES, Duration.ofDays(1), 64 << 10, 64 << 10));
        rig.add(10_001, 10_001);

        long dropped = rig.balance().dropped().of(DropReason.FULL).rows();
        assertThat(dropped).isPositive();
        assertThat(rig.balance().waiting().rows()).isEqualTo(waiting + 1 - dropped);
    }

    @Test
    void a_spool_of_another_agent_is_not_sent_as_ones_own() {
        SpoolRig rig = rig();
        rig.add(1, 3);
        rig.backlog.close();
        Ledger ledger = new Ledger();
        Backlog other = new Backlog(folder.resolve("spool"), SpoolRig.SMALL,
                new RowFrames(NodeId.random(), UUID.randomUUID(), () -> SelfReport.NOTHING),
                new BatchLabels(UUID.randomUUID(), () -> 0), new FileDisk(), ledger, () -> Rounds.START);
        other.recover();

        Optional<Outgoing> next = other.next(8, true);

        assertThat(next).isEmpty();
        assertThat(ledger.balance().dropped().of(DropReason.UNREADABLE)).isEqualTo(new Tally(3, 3));
    }
}
