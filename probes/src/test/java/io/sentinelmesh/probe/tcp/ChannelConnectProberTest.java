package io.sentinelmesh.probe.tcp;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.RecordedFates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ChannelConnectProberTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ProbePacing PACING = new ProbePacing(Duration.ofMillis(50), Duration.ofMillis(300));
    private static final ProberSettings SETTINGS = new ProberSettings(PACING, Optional.empty(), 7);

    @Test
    void an_engine_that_died_says_why_in_one_line() {
        try (Prober prober = open(failing())) {
            await().atMost(PATIENCE).until(() -> prober.trouble().isPresent());

            assertThat(prober.trouble()).hasValue("java.lang.IllegalStateException: no more room");
        }
    }

    @Test
    void one_that_was_closed_was_never_in_trouble() {
        RecordedFates listener = new RecordedFates(PACING);
        Prober prober = open(listener);
        await().atMost(PATIENCE).until(() -> !listener.ticks().isEmpty());

        prober.close();

        assertThat(prober.trouble()).isEmpty();
    }

    private static Prober open(ProbeListener listener) {
        return ChannelConnectProber.open(SETTINGS, listener, "the remedy");
    }

    private static ProbeListener failing() {
        return new RecordedFates(PACING) {
            @Override
            public void tick(long nowNanos) {
                throw new IllegalStateException("no more room\nsecond line");
            }
        };
    }
}
