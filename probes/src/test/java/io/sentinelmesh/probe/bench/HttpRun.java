package io.sentinelmesh.probe.bench;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.sun.management.ThreadMXBean;

import io.sentinelmesh.probe.http.HttpCheck;
import io.sentinelmesh.probe.http.HttpKind;
import io.sentinelmesh.probe.http.HttpProbing;
import io.sentinelmesh.probe.http.HttpTarget;
import io.sentinelmesh.probe.kind.Settings;

/**
 * Our HTTP checks alone in their process: {@code HttpRun PORT TARGETS PROBES_PER_SECOND WARM_SECONDS MEASURED_SECONDS}. The last line of its
 * output is {@code probes failures cpu_micros seconds allocated_bytes resident_kb}; a probe is one that ended well, and both are of the measured
 * time.
 */
final class HttpRun {

    private HttpRun() {
    }

    public static void main(String... args) throws Exception {
        int targets = Integer.parseInt(args[1]);
        Duration interval = Duration.ofNanos(1_000_000_000L * targets / Integer.parseInt(args[2]));
        Tally tally = new Tally();
        try (HttpProbing probing = new HttpProbing(Clock.systemUTC(), (_, _, result) -> {
            // By one thread.
            tally.add(result.outcome().word().equals("ok"));
        })) {
            probing.probe(targets(args[0], targets, interval));
            Thread.sleep(Duration.ofSeconds(Long.parseLong(args[3])));
            long probes = tally.ok;
            long failures = tally.failed;
            long time = System.nanoTime();
            long cpu = CpuClock.ownMicros();
            Thread.sleep(Duration.ofSeconds(Long.parseLong(args[4])));
            cpu = CpuClock.ownMicros() - cpu;
            double seconds = (System.nanoTime() - time) / 1e9;
            probes = tally.ok - probes;
            failures = tally.failed - failures;
            System.out.printf(Locale.ROOT, "%d %d %d %.6f %d %d%n", probes, failures, cpu, seconds,
                    allocatedPerProbe(tally), Resident.kilobytes("self"));
        }
    }

    private static List<HttpTarget> targets(String port, int count, Duration interval) {
        HttpKind kind = new HttpKind();
        Settings settings = Settings.of(kind.settings(), Map.of("timeout", "5s"));
        List<HttpTarget> targets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HttpCheck check = kind.check("http://127.1.0." + (1 + i) + ":" + port + "/", settings);
            targets.add(new HttpTarget(i, check, interval));
        }
        return targets;
    }

    /** In one second more, for the classes that count it cost processor time themselves. */
    private static long allocatedPerProbe(Tally tally) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.getAllStackTraces().keySet().stream()
                .filter(candidate -> candidate.getName().startsWith("http-probing")).findFirst().orElseThrow()
                .threadId();
        long probes = tally.ok;
        long allocated = threads.getThreadAllocatedBytes(thread);
        Thread.sleep(Duration.ofSeconds(1));
        allocated = threads.getThreadAllocatedBytes(thread) - allocated;
        return allocated / Math.max(1, tally.ok - probes);
    }

    /** Written by the event thread, read by the main thread. */
    private static final class Tally {

        private volatile long ok;
        private volatile long failed;

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
        void add(boolean good) {
            if (good) {
                ok++;
            } else {
                failed++;
            }
        }
    }
}
