package io.sentinelmesh.probe.bench;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class TimetableTest {

    private static final long MILLI = 1_000_000;
    private static final long BEGINNING = 1_795_279_633_000_000_000L;
    private static final int TARGETS = 10;

    /** A packet every millisecond. */
    private final Timetable timetable = new Timetable(TARGETS, Duration.ofMillis(TARGETS), 1_000);

    private void send(int from, int to, long lateNanos) {
        for (int packet = from; packet < to; packet++) {
            timetable.left(packet % TARGETS, BEGINNING + packet * MILLI + lateNanos);
        }
    }

    @Test
    void packets_that_leave_evenly_are_punctual() {
        timetable.measure(true);
        send(0, 100, 3 * MILLI);

        assertThat(timetable.latenessMillis(0)).hasSize(100).containsOnly(0);
    }

    @Test
    void packets_that_leave_in_bursts_are_late_by_what_they_waited() {
        timetable.measure(true);
        for (int packet = 0; packet < 100; packet++) {
            timetable.left(packet % TARGETS, BEGINNING + (packet / 5 * 5 + 4) * MILLI);
        }

        double[] late = timetable.latenessMillis(0);
        assertThat(late[0]).isZero();
        assertThat(late[99]).isEqualTo(4);
    }

    @Test
    void a_schedule_that_moved_on_stays_late() {
        timetable.measure(true);
        send(0, 10, 0);
        send(10, 100, 70 * MILLI);

        assertThat(Figures.percentile(timetable.latenessMillis(0), 50)).isEqualTo(70);
    }

    @Test
    void what_left_before_measuring_only_takes_its_turn() {
        send(0, 25, 40 * MILLI);
        timetable.measure(true);
        send(25, 100, 0);

        assertThat(timetable.latenessMillis(0)).hasSize(75).containsOnly(0);
    }

    @Test
    void a_wall_clock_that_runs_fast_makes_nobody_late() {
        timetable.measure(true);
        for (int packet = 0; packet < 1_000; packet++) {
            timetable.left(packet % TARGETS, BEGINNING + packet * MILLI + packet * MILLI / 1_000);
        }

        double[] late = timetable.latenessMillis(MILLI);
        assertThat(late[999]).isCloseTo(0, within(0.001));
    }
}
