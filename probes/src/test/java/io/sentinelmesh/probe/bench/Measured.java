package io.sentinelmesh.probe.bench;

/**
 * One run.
 *
 * @param packets sent in the whole run
 * @param lost of those, refused and not sent included
 * @param cpuMicros user and system time per packet; ours in the steady state, fping's of its whole run
 * @param wholeCpuMicros the same, start of the process included
 * @param unstamped answered packets that lack the kernel's transmit timestamp
 * @param pauses how often the engine moved its schedule on since it had fallen too far behind
 * @param lateP50Millis how late packets left by the {@link Timetable}; NaN where nobody looked
 */
record Measured(long packets, long lost, double cpuMicros, double wholeCpuMicros, double packetsPerSecond,
        long unstamped, long pauses, double lateP50Millis, double lateP99Millis) {
}
