package io.sentinelmesh.probe.udp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.kind.EndpointSettings;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;

import static org.assertj.core.api.Assertions.assertThat;

class RequestTallyTest {

    private final EndpointSettings endpoint = new EndpointSettings("192.0.2.7", InetAddress.ofLiteral("192.0.2.7"), 443,
            3, new ProbePacing(Duration.ofMillis(100), Duration.ofSeconds(1)), Optional.empty(), Optional.empty(), 0,
            OptionalInt.empty());
    private final RequestTally tally = new RequestTally(endpoint, Expectation.parse("."), Progress.SILENT,
            new CountDownLatch(3));

    @Test
    void a_run_that_ended_early_is_not_told_as_if_whole() {
        tally.answered(1_000, true, new byte[]{'x'});

        assertThat(tally.report().values()).containsEntry("planned", 3).containsEntry("sent", 1);
        assertThat(tally.report().lines()).contains("ended early: 1 of 3");
    }

    @Test
    void a_run_that_did_not_get_to_its_first_request_sent_nothing() {
        Report report = tally.report();

        assertThat(report.outcome()).isEqualTo("not-sent");
        assertThat(report.reached()).isFalse();
    }
}
