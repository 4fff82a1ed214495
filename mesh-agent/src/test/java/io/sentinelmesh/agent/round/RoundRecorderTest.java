package io.sentinelmesh.agent.round;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RefusalCount;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.Disturbance;

import static org.assertj.core.api.Assertions.assertThat;

class RoundRecorderTest {

    private static final NodeId SELF = NodeId.random();
    private static final NodeId PEER = NodeId.random();
    private static final NodeId OTHER = NodeId.random();
    private static final InetAddress ROUTER = InetAddress.ofLiteral("192.0.2.1");
    /** A round starts here: 1,000,000 is a multiple of 10 s. */
    private static final long START = Duration.ofSeconds(1_000_000).toNanos();

    private final List<MatrixRow> finished = new ArrayList<>();
    private final List<LiveRow> live = new ArrayList<>();
    private final RoundRecorder recorder = new RoundRecorder(SELF, RoundShape.DEFAULT, new RoundSink() {
        @Override
        public void finished(MatrixRow row) {
            finished.add(row);
        }

        @Override
        public void live(LiveRow row) {
            live.add(row);
        }
    });

    RoundRecorderTest() {
        recorder.measures(ProbeKind.ICMP_ECHO, List.of(PEER, OTHER), indices(0, 1));
        recorder.tick(START);
    }

    @Test
    void a_round_holds_every_packet_that_was_sent_in_it() {
        for (int i = 0; i < 10; i++) {
            recorder.answered(0, at(i), 1_000_000 + i * 1_000L);
        }

        recorder.tick(at(11.3));

        assertThat(finished).containsExactly(new MatrixRow(SELF, ProbeKind.ICMP_ECHO,
                Instant.ofEpochSecond(1_000_000), Duration.ofSeconds(10),
                List.of(PairResult.of(PEER, 10, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009))));
    }

    @Test
    void an_answer_that_comes_after_the_rounds_end_counts_for_the_round_of_its_packet() {
        recorder.tick(at(10.4));
        recorder.answered(0, at(9.9), 900_000_000);
        recorder.answered(0, at(10.1), 1_000);

        recorder.tick(at(11.3));
        recorder.tick(at(21.3));

        assertThat(finished).extracting(row -> row.results().getFirst().delays().toMicros())
                .containsExactly(new int[]{900_000}, new int[]{1});
    }

    @Test
    void a_round_is_not_closed_before_its_last_packet_can_be_lost() {
        recorder.answered(0, at(1), 1_000);

        recorder.tick(at(11.24));
        assertThat(finished).isEmpty();
        recorder.tick(at(11.26));
        assertThat(finished).hasSize(1);
    }

    @Test
    void refused_packets_are_lost_packets_with_a_reason_and_an_offender() {
        recorder.refused(0, at(1), RefusalReason.HOST_UNREACHABLE, ROUTER);
        recorder.refused(0, at(2), RefusalReason.HOST_UNREACHABLE, ROUTER);
        recorder.lost(0, at(3));
        recorder.notSent(0, at(4), "no buffer space");
        recorder.duplicate(0, at(2));

        recorder.tick(at(11.3));

        PairResult result = finished.getFirst().results().getFirst();
        assertThat(result.sent()).isEqualTo(3);
        assertThat(result.lost()).isEqualTo(3);
        assertThat(result.refusals())
                .containsExactly(new RefusalCount(RefusalReason.HOST_UNREACHABLE, ROUTER, 2));
        assertThat(result.notSent()).isEqualTo(1);
        assertThat(result.duplicates()).isEqualTo(1);
    }

    @Test
    void a_round_without_packets_is_no_row() {
        recorder.tick(at(11.3));
        recorder.tick(at(21.3));

        assertThat(finished).isEmpty();
    }

    @Test
    void a_live_row_comes_every_second_and_covers_the_newest_rounds_worth_of_packets() {
        for (int i = 0; i < 12; i++) {
            recorder.answered(1, at(i), (100 + i) * 1_000L);
            recorder.tick(at(i + 0.5));
        }
        recorder.tick(at(12.6));

        assertThat(live).hasSizeBetween(11, 13);
        LiveRow.Cell cell = live.getLast().cells().getFirst();
        assertThat(cell.latest()).isEqualTo(
                PairResult.of(OTHER, 10, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111));
        assertThat(cell.recent().count()).isEqualTo(12);
    }

    @Test
    void a_turn_of_fate_is_told_at_once() {
        recorder.tick(at(1.0));
        recorder.answered(0, at(1.05), 1_000);
        recorder.tick(at(1.06));
        int before = live.size();

        recorder.lost(0, at(0.2));
        recorder.tick(at(1.2));

        assertThat(live).hasSize(before + 1);
        assertThat(live.getLast().cells().getFirst().recent().unansweredRun()).isEqualTo(1);
    }

    @Test
    void the_third_loss_in_a_row_is_told_at_once_too() {
        for (int i = 0; i < 2; i++) {
            recorder.lost(0, at(i));
        }
        recorder.tick(at(2.0));
        int before = live.size();

        recorder.lost(0, at(1.1));
        recorder.tick(at(2.15));

        assertThat(live).hasSize(before + 1);
        assertThat(live.getLast().cells().getFirst().recent().unansweredRun()).isEqualTo(3);
    }

    @Test
    void a_confirmed_outage_shows_at_once_and_spoils_no_count() {
        for (int i = 0; i < 3; i++) {
            recorder.answered(0, at(i), 1_000);
        }
        recorder.tick(at(3));
        int before = live.size();

        recorder.suspected(0);
        recorder.confirmed(0);
        recorder.tick(at(3.2));

        assertThat(live).hasSize(before + 1);
        LiveRow.Cell cell = live.getLast().cells().getFirst();
        assertThat(cell.recent().unansweredRun()).isEqualTo(3);
        assertThat(cell.latest()).isEqualTo(PairResult.of(PEER, 3, 1, 1, 1));
        recorder.tick(at(11.3));
        assertThat(finished.getFirst().results()).containsExactly(PairResult.of(PEER, 3, 1, 1, 1));
    }

    @Test
    void the_packets_own_losses_are_not_added_to_what_the_burst_foretold() {
        recorder.answered(0, at(0), 1_000);
        recorder.confirmed(0);
        recorder.lost(0, at(1));
        recorder.lost(0, at(2));
        recorder.tick(at(3.2));

        assertThat(live.getLast().cells().getFirst().recent().unansweredRun()).isEqualTo(3);
    }

    @Test
    void an_outage_that_a_burst_found_ends_as_one_in_the_live_row_and_counts_what_was_lost_in_the_round() {
        recorder.answered(0, at(0), 1_000);
        recorder.confirmed(0);
        recorder.lost(0, at(1));
        recorder.answered(0, at(2), 1_000);
        recorder.withdrawn(0);
        recorder.tick(at(3.2));

        LiveRow.Cell cell = live.getLast().cells().getFirst();
        assertThat(cell.recent().unansweredRun()).isZero();
        assertThat(List.of(cell.recent().lost(1), cell.recent().lost(2), cell.recent().lost(3), cell.recent().lost(4)))
                .containsExactly(true, true, true, false);
        assertThat(cell.latest().lost()).isEqualTo(3);
        recorder.tick(at(11.3));
        assertThat(finished.getFirst().results()).containsExactly(PairResult.of(PEER, 3, 1, 1));
    }

    @Test
    void a_withdrawn_suspicion_leaves_nothing_behind() {
        recorder.answered(0, at(0), 1_000);
        recorder.confirmed(0);
        recorder.tick(at(1.2));
        int before = live.size();

        recorder.withdrawn(0);
        recorder.tick(at(1.4));

        assertThat(live).hasSize(before + 1);
        assertThat(live.getLast().cells().getFirst().recent().unansweredRun()).isZero();
    }

    @Test
    void a_disturbed_packet_is_neither_sent_nor_lost() {
        recorder.answered(0, at(0), 1_000);
        recorder.disturbed(0, at(1), Disturbance.PAUSE);
        recorder.tick(at(11.3));

        PairResult result = finished.getFirst().results().getFirst();
        assertThat(result.sent()).isEqualTo(1);
        assertThat(result.lost()).isZero();
        assertThat(result.notSent()).isEqualTo(1);
    }

    @Test
    void an_index_given_to_another_destination_starts_with_a_clean_record() {
        recorder.answered(0, at(1), 1_000);
        recorder.tick(at(11.3));

        recorder.measures(ProbeKind.ICMP_ECHO, List.of(OTHER), indices(0));
        recorder.lost(0, at(12));
        recorder.tick(at(21.3));

        assertThat(finished.getLast().results()).containsExactly(PairResult.of(OTHER, 1));
        assertThat(live.getLast().cells().getFirst().recent().count()).isEqualTo(1);
    }

    @Test
    void after_a_jump_ahead_of_the_clock_measuring_goes_on_and_the_packets_between_are_counted_as_unplaced() {
        recorder.answered(0, at(1), 1_000);
        recorder.tick(at(3_600));
        recorder.answered(0, at(2), 1_000);
        recorder.answered(0, at(3_601), 1_000);
        recorder.tick(at(3_611.3));

        assertThat(finished).extracting(row -> row.roundStart().getEpochSecond())
                .containsExactly(1_000_000L, 1_003_600L);
        assertThat(recorder.unplacedFates()).isEqualTo(1);
    }

    @Test
    void after_a_step_back_of_the_clock_what_was_counted_is_kept_and_live_rows_go_on() {
        recorder.answered(0, at(1), 1_000);
        recorder.tick(at(2));
        int before = live.size();

        recorder.tick(at(-3_600));
        recorder.answered(0, at(-3_599), 2_000);
        recorder.tick(at(-3_598));
        recorder.tick(at(-3_588.7));

        assertThat(finished).extracting(row -> row.roundStart().getEpochSecond())
                .containsExactly(1_000_000L, 996_400L);
        assertThat(live.size()).isGreaterThan(before);
    }

    @Test
    void a_pair_that_nothing_is_sent_to_any_more_soon_has_nothing_to_show() {
        recorder.answered(0, at(0), 1_000);
        for (int i = 1; i <= 10; i++) {
            recorder.notSent(0, at(i), "the send buffer is full");
        }
        recorder.tick(at(10.5));

        PairResult latest = live.getLast().cells().getFirst().latest();
        assertThat(latest.sent()).isZero();
        assertThat(latest.notSent()).isEqualTo(10);
        assertThat(live.getLast().cells().getFirst().recent().unansweredRun()).isZero();
    }

    @Test
    void a_destination_that_is_no_longer_probed_has_no_live_cell_but_its_last_fates_are_kept() {
        recorder.answered(0, at(1), 1_000);
        recorder.answered(1, at(1), 1_000);

        recorder.measures(ProbeKind.ICMP_ECHO, List.of(PEER, OTHER), indices(1));
        recorder.lost(0, at(1.5));
        recorder.tick(at(3));
        recorder.tick(at(11.3));

        assertThat(live.getLast().cells()).extracting(cell -> cell.latest().destination()).containsExactly(OTHER);
        assertThat(finished.getFirst().results()).containsExactly(PairResult.of(PEER, 2, 1),
                PairResult.of(OTHER, 1, 1));
    }

    private static BitSet indices(int... set) {
        BitSet indices = new BitSet();
        for (int index : set) {
            indices.set(index);
        }
        return indices;
    }

    private static long at(double secondsAfterStart) {
        return START + (long) (secondsAfterStart * 1e9);
    }
}
