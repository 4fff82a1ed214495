package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.kind.Report;

import static org.assertj.core.api.Assertions.assertThat;

class StampReportTest {

    private static final int COUNT = 3;

    private final StampTally tally = new StampTally(1, COUNT, 1_000_000);
    private final StampCounters counters = new StampCounters();

    private void answered(int sequence) {
        StampAnswer answer = new StampAnswer();
        answer.sequence = sequence;
        answer.roundTripNanos = 1_000_000;
        tally.answered(0, 0, answer);
    }

    private Report report() {
        StampSettings settings = new StampSettings(new ProbePacing(Duration.ofMillis(100), Duration.ofSeconds(1)), 1,
                StampSettings.leastSize(false), 0, 255, Optional.empty(), Optional.empty());
        return new StampReport(new StampTarget(0, InetAddress.ofLiteral("192.0.2.7"), 18_620), settings, COUNT,
                new int[]{40_000}, tally, counters).report();
    }

    @Test
    void all_answered_is_answered() {
        answered(0);
        answered(1);
        answered(2);

        assertThat(report().outcome()).isEqualTo("answered");
        assertThat(report().reached()).isTrue();
    }

    @Test
    void what_could_not_leave_was_not_answered() {
        answered(0);
        answered(1);
        tally.notSent(0, 0, 0, "no buffer space");

        assertThat(report().outcome()).isEqualTo("partly-sent");
        assertThat(report().reached()).isFalse();
        assertThat(report().lines()).contains("1 not sent: no buffer space");
    }

    @Test
    void loss_among_what_did_leave_is_named_first() {
        answered(0);
        tally.lost(0, 0, 1, 0);
        tally.notSent(0, 0, 0, "no buffer space");

        assertThat(report().outcome()).isEqualTo("partly-lost");
    }

    @Test
    void a_run_that_ended_early_is_not_whole() {
        answered(0);

        assertThat(report().outcome()).isEqualTo("partly-sent");
        assertThat(report().reached()).isFalse();
        assertThat(report().values()).containsEntry("planned", 3L).containsEntry("sent", 1);
        assertThat(report().lines()).contains("ended early: 1 of 3");
    }

    @Test
    void steps_of_the_clock_are_told() {
        counters.clockSteps.incrementAndGet();

        assertThat(report().values()).containsEntry("clock_steps", 1L);
    }
}
