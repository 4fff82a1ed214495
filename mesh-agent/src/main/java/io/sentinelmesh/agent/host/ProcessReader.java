package io.sentinelmesh.agent.host;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/** The processes that use most. Walks through all of them. */
final class ProcessReader implements HostReader {

    private static final double MILLIS_PER_SECOND = 1_000;

    private final OperatingSystem system;
    private final int most;
    private Map<Life, Long> millisBefore = Map.of();

    /** A number is used again for another process some day. */
    private record Life(int pid, long startMillis) {

        static Life of(OSProcess process) {
            return new Life(process.getProcessID(), process.getStartTime());
        }
    }

    /** @param most named by either use */
    ProcessReader(OperatingSystem system, int most) {
        this.most = most;
        this.system = system;
    }

    @Override
    public String group() {
        return "process";
    }

    @Override
    public Cost cost() {
        return Cost.HEAVY;
    }

    @Override
    public void read(Readings into) {
        List<OSProcess> processes = system.getProcesses();
        Set<OSProcess> top = new LinkedHashSet<>(
                most(processes, process -> millis(process) - millisBefore.getOrDefault(Life.of(process), 0L)));
        top.addAll(most(processes, OSProcess::getResidentMemory));
        for (OSProcess process : top) {
            String pid = Integer.toString(process.getProcessID());
            into.add(HostMetricName.PROCESS_CPU, millis(process) / MILLIS_PER_SECOND, pid, process.getName());
            into.addIfPositive(HostMetricName.PROCESS_MEMORY, process.getResidentMemory(), pid, process.getName());
            into.addIfPositive(HostMetricName.PROCESS_THREADS, process.getThreadCount(), pid, process.getName());
        }
        Map<Life, Long> millisNow = new HashMap<>();
        processes.forEach(process -> millisNow.put(Life.of(process), millis(process)));
        millisBefore = millisNow;
    }

    private List<OSProcess> most(List<OSProcess> processes, ToLongFunction<OSProcess> use) {
        return processes.stream().filter(process -> use.applyAsLong(process) > 0)
                .sorted(Comparator.comparingLong(use).reversed()).limit(most).toList();
    }

    private static long millis(OSProcess process) {
        return process.getUserTime() + process.getKernelTime();
    }
}
