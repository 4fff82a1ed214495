package io.sentinelmesh.agent.health;

import java.util.Optional;

/**
 * Processor time of the whole host since it started, in ticks (proc(5), {@code /proc/stat}).
 *
 * @param stolen given to others by the hypervisor
 */
record CpuTicks(long stolen, long total) {

    static final CpuTicks NONE = new CpuTicks(0, 0);

    /** user, nice, system, idle, iowait, irq, softirq, steal; what guests used stands in "user" already. */
    private static final int FIELDS = 8;

    /** @param line the one that begins with "cpu "; empty if it is none, as on another system */
    static Optional<CpuTicks> of(String line) {
        String[] fields = line.strip().split(" +", -1);
        if (fields.length <= FIELDS || !fields[0].equals("cpu")) {
            return Optional.empty();
        }
        long total = 0;
        try {
            for (int i = 1; i <= FIELDS; i++) {
                total += Long.parseLong(fields[i]);
            }
            return Optional.of(new CpuTicks(Long.parseLong(fields[FIELDS]), total));
        } catch (NumberFormatException notNumbers) {
            return Optional.empty();
        }
    }

    /** Steal is known to run backwards on some hypervisors. */
    double stolenSince(CpuTicks earlier) {
        long all = total - earlier.total;
        return all <= 0 ? 0 : Math.clamp((double) (stolen - earlier.stolen) / all, 0, 1);
    }
}
