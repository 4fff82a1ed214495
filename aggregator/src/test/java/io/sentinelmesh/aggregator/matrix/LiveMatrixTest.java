package io.sentinelmesh.aggregator.matrix;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;

import static org.assertj.core.api.Assertions.assertThat;

class LiveMatrixTest {

    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration ROUND = Duration.ofSeconds(10);

    private final NodeTable nodes = new NodeTable();
    private final BaselineMemory baselines = new BaselineMemory();
    private final LiveMatrix matrix = new LiveMatrix(nodes, baselines);
    private final MeshNode a = node("a");
    private final MeshNode b = node("b");
    private final MeshNode c = node("c");
    private long nowNanos = Duration.ofDays(1).toNanos();

    private static MeshNode node(String name) {
        return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, "site", "192.0.2.1");
    }

    @BeforeEach
    void enter() {
        List.of(a, b, c).forEach(nodes::enter);
    }

    private void passes(Duration time) {
        nowNanos += time.toNanos();
    }

    private void reports(MeshNode source, ProbeKind kind, LiveRow.Cell... cells) {
        matrix.report(index(source), new LiveRow(source.id(), kind, AT, ROUND, List.of(cells)), false, nowNanos);
    }

    private void reportsImpaired(MeshNode source, LiveRow.Cell... cells) {
        matrix.report(index(source), new LiveRow(source.id(), ProbeKind.ICMP_ECHO, AT, ROUND, List.of(cells)), true,
                nowNanos);
    }

    private void reports(MeshNode source, LiveRow.Cell... cells) {
        reports(source, ProbeKind.ICMP_ECHO, cells);
    }

    private static LiveRow.Cell answered(MeshNode destination, int micros) {
        return new LiveRow.Cell(PairResult.of(destination.id(), 2, micros, micros), new RecentFates(0, 2));
    }

    private int index(MeshNode node) {
        return nodes.indexOf(node.id()).orElseThrow();
    }

    private CellState state(MeshNode source, MeshNode destination) {
        return matrix.cell(index(source), index(destination)).orElseThrow().state();
    }

    /** @param cell empty if the source does not probe the destination any more */
    private record ChangedCell(int source, int destination, Optional<Cell> cell) {
    }

    private List<ChangedCell> changed() {
        return cellsOf(matrix.tick(nowNanos));
    }

    private List<ChangedCell> cellsOf(MatrixTick tick) {
        return tick.changed().stream()
                .flatMap(row -> row.shown().stream().mapToObj(
                        to -> new ChangedCell(row.source(), to, matrix.cell(row.source(), to))))
                .toList();
    }

    private CellState state(MeshNode source, MeshNode destination, ProbeKind kind) {
        return matrix.cell(index(source), index(destination), KindChoice.only(kind)).orElseThrow().state();
    }

    @Test
    void a_source_that_falls_silent_loses_its_row_and_no_column() {
        reports(a, answered(b, 100));
        reports(b, answered(a, 100));
        matrix.tick(nowNanos);

        passes(Duration.ofMillis(3_001));
        matrix.heard(index(b), nowNanos);
        List<ChangedCell> changed = changed();

        assertThat(state(a, b)).isEqualTo(CellState.NO_DATA);
        assertThat(state(b, a)).isEqualTo(CellState.OK);
        assertThat(changed).hasSize(1);
    }

    @Test
    void a_source_that_comes_back_has_its_row_again_with_its_first_report() {
        reports(a, answered(b, 100));
        passes(Duration.ofSeconds(60));
        matrix.tick(nowNanos);

        reports(a, answered(b, 100));

        assertThat(state(a, b)).isEqualTo(CellState.OK);
        assertThat(changed()).hasSize(1);
    }

    @Test
    void a_source_that_is_heard_but_reports_nothing_for_three_rounds_has_no_data() {
        reports(a, answered(b, 100));
        passes(ROUND.multipliedBy(3).plusMillis(1));
        matrix.heard(index(a), nowNanos);

        matrix.tick(nowNanos);

        assertThat(state(a, b)).isEqualTo(CellState.NO_DATA);
    }

    @Test
    void what_is_behind_nat_is_neither_good_nor_bad_whatever_others_report_of_it() {
        reports(a, answered(b, 100), answered(c, 100));
        reports(b, answered(a, 100));
        matrix.tick(nowNanos);

        matrix.behindNat(index(b), true);
        assertThat(changed()).as("its column goes").singleElement()
                .satisfies(changed -> assertThat(changed.cell()).isEmpty());
        reports(a, answered(b, 100), answered(c, 100));

        assertThat(matrix.state(index(a), index(b))).isEqualTo(CellState.BEHIND_NAT);
        assertThat(matrix.cell(index(a), index(b))).isEmpty();
        assertThat(matrix.state(index(b), index(a))).as("it measures itself").isEqualTo(CellState.OK);
        assertThat(matrix.state(index(c), index(b))).as("of a source that never reported").isEqualTo(CellState.NO_DATA);

        matrix.behindNat(index(b), false);
        reports(a, answered(b, 100), answered(c, 100));
        assertThat(matrix.state(index(a), index(b))).isEqualTo(CellState.OK);
    }

    @Test
    void a_tick_tells_what_changed_and_only_once() {
        reports(a, answered(b, 100), answered(c, 100));
        assertThat(changed()).hasSize(2);

        reports(a, answered(b, 100), answered(c, 200));

        MatrixTick second = matrix.tick(nowNanos);
        assertThat(cellsOf(second)).singleElement()
                .satisfies(changed -> assertThat(changed.destination()).isEqualTo(index(c)));
        assertThat(second.rows()).singleElement().satisfies(row -> assertThat(row.source()).isEqualTo(index(a)));
        assertThat(matrix.tick(nowNanos).rows()).isEmpty();
    }

    @Test
    void a_destination_that_is_named_no_more_is_not_probed_any_more() {
        reports(a, answered(b, 100), answered(c, 100));
        matrix.tick(nowNanos);

        reports(a, answered(b, 100));

        assertThat(matrix.cell(index(a), index(c))).isEmpty();
        assertThat(changed()).singleElement()
                .satisfies(changed -> assertThat(changed.cell()).isEmpty());
    }

    @Test
    void what_a_source_that_reports_does_not_name_is_not_probed_by_design() {
        reports(a, answered(b, 100));

        assertThat(matrix.state(index(a), index(b))).isEqualTo(CellState.OK);
        assertThat(matrix.state(index(a), index(c))).isEqualTo(CellState.NOT_PROBED);
    }

    @Test
    void a_source_that_never_reported_says_nothing_of_any_destination() {
        reports(a, answered(b, 100));

        assertThat(matrix.state(index(b), index(a))).isEqualTo(CellState.NO_DATA);
        assertThat(matrix.state(index(a), index(a))).isEqualTo(CellState.NO_DATA);
    }

    @Test
    void when_a_source_falls_silent_what_it_probed_has_no_data_and_the_rest_stays_unprobed() {
        reports(a, answered(b, 100));
        passes(Duration.ofSeconds(60));
        matrix.tick(nowNanos);

        assertThat(matrix.state(index(a), index(b))).isEqualTo(CellState.NO_DATA);
        assertThat(matrix.state(index(a), index(c))).isEqualTo(CellState.NOT_PROBED);
    }

    @Test
    void a_pair_that_the_plan_drops_ends_without_a_loss_and_comes_back_without_one() {
        reports(a, answered(b, 100), answered(c, 100));
        reports(a, answered(b, 100));
        assertThat(matrix.state(index(a), index(c))).isEqualTo(CellState.NOT_PROBED);

        reports(a, answered(b, 100), answered(c, 100));

        assertThat(matrix.state(index(a), index(c))).isEqualTo(CellState.OK);
    }

    @Test
    void rows_of_two_kinds_live_side_by_side() {
        reports(a, ProbeKind.ICMP_ECHO, answered(b, 100));
        reports(a, ProbeKind.TCP_CONNECT, answered(c, 100));
        reports(a, ProbeKind.ICMP_ECHO, answered(b, 100));

        assertThat(matrix.cells()).hasSize(2);
    }

    @Test
    void an_agent_that_leaves_takes_its_row_and_its_column_along() {
        reports(a, answered(b, 100));
        reports(b, answered(a, 100));
        matrix.tick(nowNanos);

        matrix.leave(index(a));

        assertThat(matrix.cells()).isEmpty();
        assertThat(matrix.countByState()).isEmpty();
        MatrixTick tick = matrix.tick(nowNanos);
        assertThat(cellsOf(tick)).hasSize(2).allSatisfy(changed -> assertThat(changed.cell()).isEmpty());
        assertThat(tick.rows()).containsExactly(new MatrixTick.RowAge(index(a), java.util.OptionalLong.empty()));
    }

    @Test
    void what_others_still_say_about_one_that_left_is_not_shown_until_it_comes_back() {
        matrix.leave(index(a));
        reports(b, answered(a, 100));
        assertThat(matrix.cells()).isEmpty();
        assertThat(changed()).isEmpty();

        matrix.arrive(index(a));
        reports(b, answered(a, 100));

        assertThat(state(b, a)).isEqualTo(CellState.OK);
    }

    @Test
    void the_source_itself_and_strangers_are_left_out_and_counted() {
        LiveRow row = new LiveRow(a.id(), ProbeKind.ICMP_ECHO, AT, ROUND,
                List.of(answered(a, 100), answered(node("stranger"), 100), answered(b, 100)));

        assertThat(matrix.report(index(a), row, false, nowNanos)).isEqualTo(2);
        assertThat(matrix.cells()).hasSize(1);
    }

    @Test
    void a_pair_learns_its_baseline_once_a_round_and_is_degraded_above_it() {
        for (int round = 0; round < 4; round++) {
            reports(a, answered(b, 1_000));
            passes(ROUND);
        }
        assertThat(matrix.cells().getFirst().baselineMicros()).hasValue(1_000);

        reports(a, answered(b, 9_000));

        assertThat(state(a, b)).isEqualTo(CellState.DEGRADED);
    }

    @Test
    void reports_within_one_round_teach_nothing() {
        for (int i = 0; i < 9; i++) {
            reports(a, answered(b, 1_000));
            passes(Duration.ofSeconds(1));
        }

        assertThat(matrix.cells().getFirst().baselineMicros()).isEmpty();
    }

    @Test
    void what_the_database_remembers_is_usual_from_the_first_packet_on() {
        baselines.remember(a.id(), b.id(), ProbeKind.ICMP_ECHO, Baseline.remembered(1_000, 300));

        reports(a, answered(b, 9_000));

        assertThat(state(a, b)).isEqualTo(CellState.DEGRADED);
    }

    @Test
    void what_is_remembered_late_is_usual_at_once_unless_the_pair_has_learnt_anew() {
        reports(a, answered(b, 9_000));
        for (int round = 0; round < 4; round++) {
            reports(b, answered(a, 200));
            passes(ROUND);
        }
        reports(a, answered(b, 9_000));
        matrix.tick(nowNanos);
        assertThat(state(a, b)).isEqualTo(CellState.OK);

        for (MeshNode to : List.of(b, c)) {
            matrix.recall(a.id(), to.id(), ProbeKind.ICMP_ECHO, Baseline.remembered(1_000, 10));
        }
        matrix.recall(b.id(), a.id(), ProbeKind.ICMP_ECHO, Baseline.remembered(1_000, 10));

        assertThat(state(a, b)).isEqualTo(CellState.DEGRADED);
        assertThat(changed()).extracting(ChangedCell::source).containsExactly(index(a));
        assertThat(matrix.cell(index(b), index(a)).orElseThrow().baselineMicros()).hasValue(200);
        reports(a, answered(b, 9_000), answered(c, 9_000));
        assertThat(state(a, c)).as("its cell came later").isEqualTo(CellState.DEGRADED);
    }

    @Test
    void another_kind_has_a_baseline_of_its_own() {
        baselines.remember(a.id(), b.id(), ProbeKind.ICMP_ECHO, Baseline.remembered(1_000, 300));
        reports(a, answered(b, 1_000));

        reports(a, ProbeKind.TCP_CONNECT, answered(b, 9_000));

        assertThat(state(a, b, ProbeKind.TCP_CONNECT)).isEqualTo(CellState.OK);
    }

    @Test
    void a_cell_shows_the_echo_as_long_as_its_source_reports_it_and_what_stands_in_for_it_then() {
        reports(a, ProbeKind.STAMP, answered(b, 300));
        assertThat(shownKind(a, b)).isEqualTo(ProbeKind.STAMP);
        reports(a, ProbeKind.ICMP_ECHO, answered(b, 100));
        assertThat(shownKind(a, b)).isEqualTo(ProbeKind.ICMP_ECHO);
        reports(a, ProbeKind.TCP_CONNECT, answered(b, 200));
        assertThat(shownKind(a, b)).isEqualTo(ProbeKind.ICMP_ECHO);
        matrix.tick(nowNanos);

        passes(Duration.ofMillis(3_001));
        reports(a, ProbeKind.STAMP, answered(b, 300));
        reports(a, ProbeKind.TCP_CONNECT, answered(b, 200));

        assertThat(changed()).singleElement().satisfies(
                changed -> assertThat(changed.cell().orElseThrow().kind()).isEqualTo(ProbeKind.TCP_CONNECT));
    }

    @Test
    void when_a_source_reports_none_of_its_kinds_the_newest_one_stays_in_view() {
        reports(a, ProbeKind.ICMP_ECHO, answered(b, 100));
        passes(Duration.ofSeconds(1));
        reports(a, ProbeKind.TCP_CONNECT, answered(b, 200));

        passes(Duration.ofSeconds(4));
        matrix.tick(nowNanos);

        assertThat(shownKind(a, b)).isEqualTo(ProbeKind.TCP_CONNECT);
    }

    @Test
    void what_a_hidden_kind_reports_changes_that_kind_and_nothing_that_is_shown() {
        reports(a, ProbeKind.ICMP_ECHO, answered(b, 100));
        reports(a, ProbeKind.STAMP, answered(b, 300));
        matrix.tick(nowNanos);

        reports(a, ProbeKind.STAMP, answered(b, 900));
        MatrixTick tick = matrix.tick(nowNanos);

        assertThat(cellsOf(tick)).isEmpty();
        assertThat(tick.changed().getFirst().of(KindChoice.only(ProbeKind.STAMP))).isPresent();
    }

    @Test
    void an_agent_that_leaves_twice_within_one_tick_leaves_no_cell_of_its_first_row_behind() {
        reports(a, answered(b, 100));
        matrix.tick(nowNanos);

        matrix.leave(index(a));
        matrix.arrive(index(a));
        reports(a, answered(c, 100));
        matrix.leave(index(a));

        assertThat(changed()).extracting(ChangedCell::destination).contains(index(b));
    }

    @Test
    void an_agent_that_leaves_and_comes_back_within_one_tick_is_told_once() {
        reports(a, answered(b, 100), answered(c, 100));
        matrix.tick(nowNanos);

        matrix.leave(index(a));
        matrix.arrive(index(a));
        reports(a, answered(b, 100));

        assertThat(changed()).extracting(ChangedCell::destination).containsExactly(index(b), index(c));
    }

    private ProbeKind shownKind(MeshNode source, MeshNode destination) {
        return matrix.cell(index(source), index(destination)).orElseThrow().kind();
    }

    @Test
    void the_row_of_an_impaired_prober_says_so_and_its_column_does_not() {
        reports(b, answered(a, 100));
        reportsImpaired(a, answered(b, 100), answered(c, 100));

        assertThat(state(a, b)).isEqualTo(CellState.PROBER_IMPAIRED);
        assertThat(state(a, c)).isEqualTo(CellState.PROBER_IMPAIRED);
        assertThat(state(b, a)).isEqualTo(CellState.OK);
    }

    @Test
    void a_row_becomes_impaired_and_well_again_with_the_next_report() {
        reports(a, answered(b, 100));
        matrix.tick(nowNanos);

        reportsImpaired(a, answered(b, 100));
        assertThat(changed()).hasSize(1);
        reports(a, answered(b, 100));

        assertThat(changed()).hasSize(1);
        assertThat(state(a, b)).isEqualTo(CellState.OK);
    }

    @Test
    void an_impaired_prober_teaches_no_baseline() {
        for (int round = 0; round < 10; round++) {
            reportsImpaired(a, answered(b, 9_000));
            passes(ROUND);
        }

        assertThat(matrix.cell(index(a), index(b)).orElseThrow().baselineMicros()).isEmpty();
    }
}
