package io.sentinelmesh.probe.bench;

/**
 * One run.
 *
 * @param packets sent in the whole run
 * @param lost of those, refused and not sent included
 * @param cpuMicros user and system time per packet; ours in the steady state, fping's of its whole run
 * @param wholeCpuMicros the same, start of the process included
 * @param unstamped answered packets that lack the kernel's transmit timestamp
 */
record Measured(long packets, long lost, double cpuMicros, double wholeCpuMicros, double packetsPerSecond,
        long unstamped) {
}
