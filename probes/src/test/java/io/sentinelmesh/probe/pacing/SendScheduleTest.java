package io.sentinelmesh.probe.pacing;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.ProbeTarget;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class SendScheduleTest {

    private static final long MILLI = 1_000_000;
    private final SendSchedule schedule = new SendSchedule(ofSeconds(1));

    @Test
    void without_targets_nothing_is_ever_due() {
        assertThat(schedule.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(schedule.take(Long.MAX_VALUE - 1)).isNegative();
        assertThat(schedule.catchUp(Long.MAX_VALUE)).isZero();
    }

    @Test
    void a_target_that_stays_keeps_its_place_in_time() {
        schedule.replace(targets(0, 4), 0);
        List<Turn> first = turnsUntil(1_000 * MILLI - 1);

        schedule.replace(targets(0, 9), 1_000 * MILLI);
        List<Turn> second = turnsUntil(2_000 * MILLI - 1);

        assertThat(second)
                .containsAll(first.stream().map(turn -> new Turn(turn.index, turn.at + 1_000 * MILLI)).toList());
    }

    @Test
    void newcomers_stand_in_the_widest_gaps() {
        schedule.replace(targets(0, 2), 0);
        turnsUntil(1_000 * MILLI - 1);

        schedule.replace(targets(0, 4), 1_000 * MILLI);

        assertThat(turnsUntil(2_000 * MILLI - 1)).extracting(Turn::at).containsExactly(1_000 * MILLI, 1_250 * MILLI,
                1_500 * MILLI, 1_750 * MILLI);
    }

    @Test
    void a_change_in_the_middle_of_an_interval_gives_nobody_two_turns_or_none() {
        schedule.replace(targets(0, 10), 0);
        List<Turn> turns = new ArrayList<>(turnsUntil(455 * MILLI));

        schedule.replace(targets(0, 12), 455 * MILLI);
        turns.addAll(turnsUntil(1_000 * MILLI - 1));

        for (int index = 0; index < 10; index++) {
            int wanted = index;
            assertThat(turns).filteredOn(turn -> turn.index == wanted).hasSize(1);
        }
    }

    @Test
    void a_turn_that_is_due_but_not_taken_yet_survives_a_change() {
        schedule.replace(targets(0, 10), 0);
        turnsUntil(350 * MILLI);

        schedule.replace(targets(0, 10), 405 * MILLI);

        assertThat(schedule.take(405 * MILLI)).isEqualTo(4);
    }

    @Test
    void a_change_right_after_the_last_turn_of_an_interval_gives_nobody_a_turn_too_many() {
        schedule.replace(targets(0, 4), 0);
        turnsUntil(760 * MILLI);

        schedule.replace(targets(0, 4), 770 * MILLI);

        assertThat(turnsUntil(2_000 * MILLI - 1)).extracting(Turn::at).containsExactly(1_000 * MILLI, 1_250 * MILLI,
                1_500 * MILLI, 1_750 * MILLI);
    }

    @Test
    void a_target_with_a_new_address_is_a_newcomer() {
        schedule.replace(targets(0, 2), 0);
        ProbeTarget moved = new ProbeTarget(0, InetAddress.ofLiteral("2001:db8::77"));

        schedule.replace(List.of(moved, target(1)), 0);

        assertThat(schedule.targets()).containsExactlyInAnyOrder(moved, target(1));
    }

    @Test
    void the_lateness_of_a_busy_machine_is_made_up_for() {
        schedule.replace(targets(0, 100), 0);

        assertThat(schedule.catchUp(50 * MILLI)).isZero();
        assertThat(turnsUntil(50 * MILLI)).hasSize(6);
    }

    @Test
    void after_a_pause_the_whole_schedule_moves_on_and_nobody_is_passed_over() {
        schedule.replace(targets(0, 10), 0);
        turnsUntil(250 * MILLI);

        long lag = schedule.catchUp(5_000 * MILLI);
        List<Turn> after = turnsUntil(5_000 * MILLI + 999 * MILLI);

        assertThat(lag).isEqualTo(4_700 * MILLI);
        assertThat(after).extracting(Turn::index).containsExactly(3, 4, 5, 6, 7, 8, 9, 0, 1, 2);
        assertThat(after).extracting(Turn::at)
                .isEqualTo(LongStream.range(0, 10).map(i -> (5_000 + 100 * i) * MILLI).boxed().toList());
    }

    @Test
    void a_change_after_a_pause_still_gives_nobody_two_turns() {
        schedule.replace(targets(0, 10), 0);
        turnsUntil(250 * MILLI);
        schedule.catchUp(5_000 * MILLI);

        schedule.replace(targets(0, 10), 5_000 * MILLI);

        assertThat(turnsUntil(5_000 * MILLI + 999 * MILLI)).extracting(Turn::index).containsExactly(3, 4, 5, 6, 7, 8, 9,
                0, 1, 2);
    }

    @Test
    void many_newcomers_leave_no_gap_wider_than_twice_the_even_one() {
        long[] taken = {10, 11, 12, 500};

        long[] places = LongStream.concat(LongStream.of(taken), LongStream.of(PhaseSpread.newcomers(taken, 46, 1_000)))
                .sorted().toArray();

        for (int i = 1; i < places.length; i++) {
            assertThat(places[i] - places[i - 1]).isLessThanOrEqualTo(40);
        }
        assertThat(places[0] + 1_000 - places[places.length - 1]).isLessThanOrEqualTo(40);
    }

    @Test
    void the_pace_is_packets_per_second() {
        SendSchedule twicePerSecond = new SendSchedule(ofMillis(500));
        twicePerSecond.replace(targets(0, 7), 0);

        assertThat(twicePerSecond.packetsPerSecond()).isEqualTo(14.0);
    }

    private record Turn(int index, long at) {
    }

    /** Takes each turn at the moment it is due. */
    private List<Turn> turnsUntil(long end) {
        List<Turn> turns = new ArrayList<>();
        while (schedule.nextDue() <= end) {
            long due = schedule.nextDue();
            turns.add(new Turn(schedule.targets().get(schedule.take(due)).index(), due));
        }
        return turns;
    }

    private static List<ProbeTarget> targets(int from, int to) {
        return IntStream.range(from, to).mapToObj(SendScheduleTest::target).toList();
    }

    private static ProbeTarget target(int index) {
        return new ProbeTarget(index, InetAddress.ofLiteral("2001:db8::" + Integer.toHexString(index)));
    }
}
