package io.sentinelmesh.probe.pacing;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.RecordedFates;

import static org.assertj.core.api.Assertions.assertThat;

class ConfirmBurstsTest {

    private static final long MILLI = 1_000_000;
    private static final int PEER = 4;

    private final RecordedFates told = new RecordedFates(ProbePacing.DEFAULT);
    private final ConfirmBursts bursts = new ConfirmBursts(told, Duration.ofSeconds(1), 0);
    private int burstPackets;

    ConfirmBurstsTest() {
        bursts.grow(10);
    }

    @Test
    void an_answer_in_time_leaves_no_trace() {
        bursts.sent(PEER, 1, 0);
        bursts.answered(PEER, 1, 30 * MILLI);
        pass(0, 2_000);

        assertThat(told.events()).isEmpty();
        assertThat(bursts.earliest()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void two_hundred_milliseconds_of_silence_begin_a_burst_of_five_and_its_silence_confirms() {
        bursts.sent(PEER, 1, 0);

        pass(0, 199);
        assertThat(told.events()).isEmpty();
        pass(200, 200);
        assertThat(told.events()).containsExactly("suspected 4");
        assertThat(burstPackets).isEqualTo(1);
        pass(201, 599);
        assertThat(burstPackets).isEqualTo(5);
        assertThat(told.events()).containsExactly("suspected 4");
        pass(600, 600);

        assertThat(told.events()).containsExactly("suspected 4", "confirmed 4");
        pass(601, 5_000);
        assertThat(burstPackets).isEqualTo(5);
    }

    @Test
    void an_answer_to_the_burst_withdraws_the_suspicion() {
        bursts.sent(PEER, 1, 0);
        pass(0, 260);
        bursts.answered(PEER, 7, 20 * MILLI);
        pass(261, 3_000);

        assertThat(told.events()).containsExactly("suspected 4", "withdrawn 4");
        assertThat(burstPackets).isEqualTo(2);
    }

    @Test
    void a_late_answer_withdraws_even_what_was_confirmed() {
        bursts.sent(PEER, 1, 0);
        pass(0, 700);

        bursts.late(PEER);

        assertThat(told.events()).containsExactly("suspected 4", "confirmed 4", "withdrawn 4");
    }

    @Test
    void a_distant_destination_is_waited_for_four_times_its_median() {
        for (int i = 0; i < 20; i++) {
            bursts.answered(PEER, i, (i % 2 == 0 ? 100 : 90 + i) * MILLI);
        }
        bursts.sent(PEER, 21, 0);

        pass(0, 399);
        assertThat(told.events()).isEmpty();
        pass(400, 460);
        assertThat(told.events()).containsExactly("suspected 4");
    }

    @Test
    void a_refusal_needs_no_waiting() {
        bursts.sent(PEER, 1, 0);
        bursts.refused(PEER, 5 * MILLI);
        pass(5, 5);

        assertThat(told.events()).containsExactly("suspected 4");
        assertThat(burstPackets).isEqualTo(1);
    }

    @Test
    void a_packet_that_could_not_leave_is_not_missed() {
        bursts.sent(PEER, 1, 0);
        bursts.notSent(PEER, 1);
        pass(0, 2_000);

        assertThat(told.events()).isEmpty();
    }

    @Test
    void a_burst_that_the_caps_hold_back_is_given_up_and_says_nothing_of_the_network() {
        bursts.sent(PEER, 1, 0);
        for (long now = 0; now < 5_000; now++) {
            int target = bursts.poll(now * MILLI);
            if (target != ConfirmBursts.NONE) {
                bursts.burstHeldBack(target, now * MILLI);
            }
        }

        assertThat(told.events()).containsExactly("suspected 4", "withdrawn 4");
    }

    @Test
    void a_destination_that_went_is_forgotten() {
        bursts.sent(PEER, 1, 0);
        bursts.forget(PEER);
        pass(0, 2_000);

        assertThat(told.events()).isEmpty();
    }

    /** Millisecond by millisecond; every packet of a burst may go. */
    private void pass(long fromMillis, long toMillis) {
        for (long now = fromMillis; now <= toMillis; now++) {
            for (int target = bursts.poll(now * MILLI); target != ConfirmBursts.NONE; target = bursts
                    .poll(now * MILLI)) {
                burstPackets++;
                bursts.burstSent(target, now * MILLI);
            }
        }
    }
}
