package io.sentinelmesh.probe.bench;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.icmp.EchoProber;
import io.sentinelmesh.probe.icmp.EchoRung;

/**
 * Our engine as a tool that measures one destination, alone in its process: {@code EchoErrorRun ADDRESS INTERVAL_MS COUNT}. A line
 * {@code sent_nanos round_trip_nanos} for each answered packet, then {@code unstamped N}.
 */
final class EchoErrorRun {

    private static final Duration LOSS_THRESHOLD = Duration.ofSeconds(1);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final long MOST_TIMES_AS_LONG = 3;

    private EchoErrorRun() {
    }

    public static void main(String... args) throws Exception {
        Duration interval = Duration.ofMillis(Long.parseLong(args[1]));
        int count = Integer.parseInt(args[2]);
        Answers answers = new Answers(2 * count + 100);
        ProberSettings settings = new ProberSettings(new ProbePacing(interval, LOSS_THRESHOLD));
        long unstamped;
        try (EchoProber prober = EchoProber.open(EchoRung.DATAGRAM, settings, answers)) {
            prober.probe(List.of(new ProbeTarget(0, InetAddress.ofLiteral(args[0]))));
            // A busy machine holds the engine up, which then moves its schedule on: as many packets as the others take longer.
            long end = System.nanoTime() + interval.multipliedBy(MOST_TIMES_AS_LONG * count).toNanos();
            while (answers.count < count && System.nanoTime() < end) {
                Thread.sleep(LOOK_AGAIN);
            }
            prober.probe(List.of());
            Thread.sleep(LOSS_THRESHOLD);
            unstamped = prober.counters().unstamped();
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < answers.count; i++) {
            lines.append(answers.sentNanos[i]).append(' ').append(answers.roundTripNanos[i]).append('\n');
        }
        System.out.println(lines.append("unstamped ").append(unstamped));
    }

    /** Written by the engine thread; read after its end, but for the count. */
    private static final class Answers implements ProbeListener {

        private final long[] sentNanos;
        private final long[] roundTripNanos;
        private volatile int count;

        Answers(int most) {
            sentNanos = new long[most];
            roundTripNanos = new long[most];
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
        public void answered(int target, long sent, long roundTrip) {
            if (count < sentNanos.length) {
                sentNanos[count] = sent;
                roundTripNanos[count] = roundTrip;
                count++;
            }
        }

        @Override
        public void lost(int target, long sent) {
            // The capture tells.
        }

        @Override
        public void refused(int target, long sent, RefusalReason reason, InetAddress offender) {
            // The capture tells.
        }

        @Override
        public void notSent(int target, long due, String cause) {
            // The capture tells.
        }

        @Override
        public void duplicate(int target, long sent) {
            // A veth pair makes none.
        }

        @Override
        public void tick(long now) {
            // Rounds are not this benchmark's matter.
        }
    }
}
