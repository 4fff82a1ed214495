package io.sentinelmesh.probe.bench;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;

import com.sun.management.ThreadMXBean;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.icmp.EchoProber;
import io.sentinelmesh.probe.icmp.EchoRung;

/**
 * The echo engine alone in its process, one packet a second to each of TARGETS: {@code EngineRun TARGETS WARM_SECONDS MEASURED_SECONDS}. The last
 * line of its output is {@code first_result_wall_nanos resident_kb cpu_micros cpu_seconds
 * cpu_probes allocated_bytes allocating_probes lost}.
 */
final class EngineRun {

    private EngineRun() {
    }

    public static void main(String... args) throws Exception {
        int targets = Integer.parseInt(args[0]);
        Duration warm = Duration.ofSeconds(Long.parseLong(args[1]));
        Duration measured = Duration.ofSeconds(Long.parseLong(args[2]));
        Tally tally = new Tally();
        ProberSettings settings = new ProberSettings(new ProbePacing(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        try (EchoProber prober = EchoProber.open(EchoRung.DATAGRAM, settings, tally)) {
            prober.probe(EchoRun.loopback(targets));
            Thread.sleep(warm);
            long time = System.nanoTime();
            long probesBefore = tally.fates;
            long cpu = CpuClock.ownMicros();
            Thread.sleep(measured);
            cpu = CpuClock.ownMicros() - cpu;
            long cpuProbes = tally.fates - probesBefore;
            double seconds = (System.nanoTime() - time) / 1e9;
            // Before the management classes come, which an engine alone does not need.
            long residentKb = Resident.kilobytes("self");

            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long engine = engineThread();
            threads.getThreadAllocatedBytes(engine);
            long probes = tally.fates;
            long allocated = threads.getThreadAllocatedBytes(engine);
            Thread.sleep(measured);
            allocated = threads.getThreadAllocatedBytes(engine) - allocated;
            probes = tally.fates - probes;
            System.out.printf(Locale.ROOT, "%d %d %d %.6f %d %d %d %d%n", tally.firstResultWallNanos, residentKb, cpu,
                    seconds, cpuProbes, allocated, probes, tally.lost);
        }
    }

    private static long engineThread() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("echo-engine"))
                .findFirst().orElseThrow().threadId();
    }

    /** Written by the engine thread, read by the main thread. */
    private static final class Tally implements ProbeListener {

        private volatile long fates;
        private volatile long lost;
        private volatile long firstResultWallNanos;

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
        public void answered(int target, long sentNanos, long roundTripNanos) {
            if (fates++ == 0) {
                firstResultWallNanos = WallGain.wallNanos();
            }
        }

        @Override
        public void lost(int target, long sentNanos) {
            gone();
        }

        @Override
        public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
            gone();
        }

        @Override
        public void notSent(int target, long dueNanos, String cause) {
            gone();
        }

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
        private void gone() {
            fates++;
            lost++;
        }

        @Override
        public void duplicate(int target, long sentNanos) {
            // Loopback makes none.
        }

        @Override
        public void tick(long nowNanos) {
            // Rounds are not this benchmark's matter.
        }
    }
}
