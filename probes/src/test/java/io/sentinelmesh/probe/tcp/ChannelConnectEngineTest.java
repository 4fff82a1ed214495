package io.sentinelmesh.probe.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.ProbeOutcome.NotSent;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.RecordedFates;
import io.sentinelmesh.probe.pacing.EngineClock;

import static org.assertj.core.api.Assertions.assertThat;

class ChannelConnectEngineTest {

    private static final ProbePacing PACING = new ProbePacing(Duration.ofMillis(50), Duration.ofMillis(300));

    @Test
    void without_a_free_file_the_packet_was_not_sent_and_the_engine_goes_on() throws IOException {
        RecordedFates fates = new RecordedFates(PACING);
        SteppingClock clock = new SteppingClock();
        try (ChannelConnectEngine engine = new ChannelConnectEngine(Selector.open(), () -> {
            throw new SocketException("Too many open files");
        }, clock, new ProberSettings(PACING, Optional.empty(), 7), fates)) {
            engine.replaceTargets(List.of(new ProbeTarget(4, InetAddress.ofLiteral("192.0.2.1"))));

            engine.step();
            engine.step();
        }

        assertThat(fates.of(4)).hasSizeGreaterThanOrEqualTo(2).containsOnly(new NotSent("Too many open files"));
    }

    /** Two intervals pass at every look at it, so that a packet is always due. */
    private static final class SteppingClock implements EngineClock {

        private long now;

        @Override
        public long monotonicNanos() {
            now += 2 * PACING.interval().toNanos();
            return now;
        }

        @Override
        public long wallNanos() {
            return now;
        }
    }
}
