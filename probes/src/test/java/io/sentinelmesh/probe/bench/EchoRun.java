package io.sentinelmesh.probe.bench;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.RateCaps;
import io.sentinelmesh.probe.icmp.EchoProber;
import io.sentinelmesh.probe.icmp.EchoRung;

/**
 * One run of the echo engine, alone in its process: {@code EchoRun datagram|raw TARGETS INTERVAL_MS WARM_SECONDS MEASURED_SECONDS}. The last line
 * of its output is {@code steady_probes steady_cpu_micros steady_seconds all_probes lost refused not_sent unstamped pauses median_rtt_micros
 * late_p50_millis late_p99_millis}.
 */
final class EchoRun {

    /** 32 MB would not fit beside the engine in the agent's heap. */
    private static final long MOST_JUDGED = 2_000_000;

    private EchoRun() {
    }

    public static void main(String... args) throws Exception {
        EchoRung rung = EchoRung.valueOf(args[0].toUpperCase(Locale.ROOT));
        int targets = Integer.parseInt(args[1]);
        Duration interval = Duration.ofMillis(Long.parseLong(args[2]));
        Duration warm = Duration.ofSeconds(Long.parseLong(args[3]));
        Duration measured = Duration.ofSeconds(Long.parseLong(args[4]));
        Tally tally = new Tally(new Timetable(targets, interval, packetsToJudge(targets, interval, measured)));
        ProberSettings settings = new ProberSettings(new ProbePacing(interval, Duration.ofSeconds(1)))
                .with(RateCaps.NONE);
        try (EchoProber prober = EchoProber.open(rung, settings, tally)) {
            prober.probe(loopback(targets));
            // Timed by the main thread, which does nothing else.
            Thread.sleep(warm);
            long wallGain = WallGain.nowNanos();
            long cpu = CpuClock.ownMicros();
            long probes = tally.answered + tally.lost;
            long pauses = prober.counters().pauses();
            long time = System.nanoTime();
            tally.timetable.measure(true);
            Thread.sleep(measured);
            tally.timetable.measure(false);
            cpu = CpuClock.ownMicros() - cpu;
            probes = tally.answered + tally.lost - probes;
            pauses = prober.counters().pauses() - pauses;
            double seconds = (System.nanoTime() - time) / 1e9;
            wallGain = WallGain.nowNanos() - wallGain;
            prober.probe(List.of());
            // Until the last packet is answered or lost.
            Thread.sleep(Duration.ofMillis(1_200));
            double[] late = tally.timetable.latenessMillis(wallGain);
            System.out.printf(Locale.ROOT, "%d %d %.6f %d %d %d %d %d %d %.1f %.3f %.3f%n", probes, cpu, seconds,
                    tally.answered + tally.lost, tally.lost, tally.refused, tally.notSent,
                    prober.counters().unstamped(), pauses, tally.medianMicros(), Figures.percentile(late, 50),
                    Figures.percentile(late, 99));
        }
    }

    /** All packets of a rate that is meant to be kept; none of a rate that only asks for the most. */
    private static int packetsToJudge(int targets, Duration interval, Duration measured) {
        long packets = targets * measured.dividedBy(interval);
        return packets > MOST_JUDGED ? 0 : (int) (packets + packets / 10);
    }

    static List<ProbeTarget> loopback(int count) throws Exception {
        List<ProbeTarget> targets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            targets.add(new ProbeTarget(i,
                    InetAddress.getByAddress(new byte[]{127, 1, (byte) (i / 250), (byte) (1 + i % 250)})));
        }
        return targets;
    }

    /** What the least listener does: counts. Written by the engine thread, read by the main thread. */
    private static final class Tally implements ProbeListener {

        private static final int TENTHS = 100_000;

        private volatile long answered;
        private volatile long lost;
        private volatile long refused;
        private volatile long notSent;
        private final int[] roundTripTenths = new int[TENTHS];
        private final Timetable timetable;

        Tally(Timetable timetable) {
            this.timetable = timetable;
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
        public void answered(int target, long sentNanos, long roundTripNanos) {
            answered++;
            roundTripTenths[(int) Math.min(roundTripNanos / 100, TENTHS - 1)]++;
            timetable.left(target, sentNanos);
        }

        @Override
        public void lost(int target, long sentNanos) {
            lost++;
            timetable.missed(target);
        }

        @Override
        public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
            refused++;
            timetable.missed(target);
        }

        @Override
        public void notSent(int target, long dueNanos, String cause) {
            notSent++;
            timetable.missed(target);
        }

        @Override
        public void duplicate(int target, long sentNanos) {
            // Loopback makes none.
        }

        @Override
        public void tick(long nowNanos) {
            // Rounds are not this benchmark's matter.
        }

        double medianMicros() {
            long half = answered / 2;
            for (int i = 0; i < TENTHS; i++) {
                half -= roundTripTenths[i];
                if (half < 0) {
                    return i / 10.0;
                }
            }
            return Double.NaN;
        }
    }
}
