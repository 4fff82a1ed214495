package io.sentinelmesh.probe.bench;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import com.sun.management.ThreadMXBean;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.tcp.TcpConnectProber;

/**
 * One run of the connect engine, alone in its process, one connection a second to each of TARGETS:
 * {@code TcpRun TARGETS PORT WARM_SECONDS MEASURED_SECONDS}. The last line of its output is {@code steady_probes steady_cpu_micros steady_seconds
 * allocated_bytes allocating_probes all_probes failures median_rtt_micros}.
 */
final class TcpRun {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private TcpRun() {
    }

    public static void main(String... args) throws Exception {
        int targets = Integer.parseInt(args[0]);
        int port = Integer.parseInt(args[1]);
        Duration warm = Duration.ofSeconds(Long.parseLong(args[2]));
        Duration measured = Duration.ofSeconds(Long.parseLong(args[3]));
        Tally tally = new Tally();
        ProberSettings settings = new ProberSettings(new ProbePacing(INTERVAL, Duration.ofSeconds(1)),
                Optional.empty(), port);
        try (Prober prober = TcpConnectProber.open(settings, tally, "none needed")) {
            prober.probe(EchoRun.loopback(targets));
            // Timed by the main thread, which does nothing else.
            Thread.sleep(warm);
            long time = System.nanoTime();
            long probes = tally.fates();
            long cpu = CpuClock.ownMicros();
            Thread.sleep(measured);
            cpu = CpuClock.ownMicros() - cpu;
            probes = tally.fates() - probes;
            double seconds = (System.nanoTime() - time) / 1e9;

            // After the measured time, since it brings classes that an engine alone does not need.
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long engine = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("tcp-connect-engine")).findFirst().orElseThrow()
                    .threadId();
            threads.getThreadAllocatedBytes(engine);
            long allocating = tally.fates();
            long allocated = threads.getThreadAllocatedBytes(engine);
            Thread.sleep(Duration.ofSeconds(2));
            allocated = threads.getThreadAllocatedBytes(engine) - allocated;
            allocating = tally.fates() - allocating;
            System.out.printf(Locale.ROOT, "%d %d %.6f %d %d %d %d %.1f%n", probes, cpu, seconds, allocated, allocating,
                    tally.fates(), tally.failures, tally.medianMicros());
        }
    }

    /** What the least listener does: counts. Written by the engine thread, read by the main thread. */
    private static final class Tally implements ProbeListener {

        private static final int MOST_MICROS = 100_000;

        private volatile long answered;
        private volatile long failures;
        private final int[] roundTripMicros = new int[MOST_MICROS];

        long fates() {
            return answered + failures;
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
        public void answered(int target, long sentNanos, long roundTripNanos) {
            answered++;
            roundTripMicros[(int) Math.min(roundTripNanos / 1_000, MOST_MICROS - 1)]++;
        }

        @Override
        public void lost(int target, long sentNanos) {
            failed();
        }

        @Override
        public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
            failed();
        }

        @Override
        public void notSent(int target, long dueNanos, String cause) {
            failed();
        }

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
        private void failed() {
            failures++;
        }

        @Override
        public void duplicate(int target, long sentNanos) {
            // TCP knows none.
        }

        @Override
        public void tick(long nowNanos) {
            // Rounds are not this benchmark's matter.
        }

        double medianMicros() {
            long half = answered / 2;
            for (int i = 0; i < MOST_MICROS; i++) {
                half -= roundTripMicros[i];
                if (half < 0) {
                    return i;
                }
            }
            return Double.NaN;
        }
    }
}
