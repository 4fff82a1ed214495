package io.sentinelmesh.agent.health;

import io.sentinelmesh.agent.round.FateCounts;
import io.sentinelmesh.probe.pacing.TimerLateness;

/**
 * What can be read of this process at one moment. Counts run since the start, so that the difference of two readings is what happened between.
 *
 * @param prober whose counts these are; those of different ones cannot be compared
 * @param nanos monotonic
 * @param overdueNanos how overdue the engine's turn is at this moment
 * @param gcMillis time spent in garbage collections
 */
record Reading(ProberSource prober, long nanos, FateCounts.Counts fates, long heldBack, TimerLateness.Counts lateness,
        long overdueNanos, CpuTicks cpu, long gcMillis, long socketDrops, ProcessState state) {

    /** What has no history. */
    record ProcessState(long openFiles, long openFilesLimit, long heapUsedBytes, long heapMaxBytes) {
    }
}
