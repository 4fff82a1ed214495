package io.sentinelmesh.agent.health;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import com.sun.management.UnixOperatingSystemMXBean;

import io.sentinelmesh.probe.pacing.TimerLateness;

/** Reads this process and its host by the JVM's own beans and {@code /proc}. The health's thread. */
final class ProcessReader {

    /** What takes a walk over all open files is read once a round only. */
    static final int READINGS_PER_WALK = 10;

    private final Path proc;
    private final Supplier<ProberSource> prober;
    private final SocketDrops drops;
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    private long socketDrops;
    private long openFiles;
    private long openFilesLimit;
    private int readings;

    /** @param proc usually /proc */
    ProcessReader(Path proc, Supplier<ProberSource> prober) {
        this.proc = proc;
        this.prober = prober;
        this.drops = new SocketDrops(proc);
    }

    Reading read(long nowNanos) {
        if (readings++ % READINGS_PER_WALK == 0) {
            walk();
        }
        ProberSource source = prober.get();
        Runtime runtime = Runtime.getRuntime();
        return new Reading(source, nowNanos, source.fates().now(), source.heldBack().getAsLong(),
                source.lateness().map(TimerLateness::counts).orElse(TimerLateness.Counts.NONE),
                source.lateness().map(lateness -> lateness.overdueNanos(nowNanos)).orElse(0L),
                cpu().orElse(CpuTicks.NONE), gcMillis(), socketDrops, new Reading.ProcessState(openFiles,
                        openFilesLimit, runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory()));
    }

    private void walk() {
        socketDrops = drops.count();
        if (system instanceof UnixOperatingSystemMXBean unix) {
            openFiles = Math.max(0, unix.getOpenFileDescriptorCount());
            openFilesLimit = Math.max(0, unix.getMaxFileDescriptorCount());
        }
    }

    private Optional<CpuTicks> cpu() {
        try (BufferedReader stat = Files.newBufferedReader(proc.resolve("stat"))) {
            return Optional.ofNullable(stat.readLine()).flatMap(CpuTicks::of);
        } catch (IOException anotherSystem) {
            return Optional.empty();
        }
    }

    private long gcMillis() {
        long millis = 0;
        for (int i = 0; i < collectors.size(); i++) {
            millis += Math.max(0, collectors.get(i).getCollectionTime());
        }
        return millis;
    }
}
