package io.sentinelmesh.probe.pacing;

import java.time.Duration;

import io.sentinelmesh.probe.engine.Activity;

/**
 * How long an engine that hears the kernel's stamps may sleep between two turns. What leaves in one turn shares its cost, and a longer tick costs
 * less (ADR 0008).
 */
public final class TickLength {

    public static final Duration SHORTEST = Duration.ofMillis(1);
    /** Of a pace that leaves a destination less than this many ticks between two packets, the tick stays at {@link #QUICK}. */
    static final int TICKS_IN_INTERVAL = 40;
    static final Duration QUICK = Duration.ofMillis(10);

    private TickLength() {
    }

    /** As long as a batch of this many packets takes to fill, within bounds. Nanoseconds. */
    public static long nanos(double packetsPerSecond, int batch, Duration interval) {
        double nanosPerBatch = 1e9 * batch / packetsPerSecond;
        return Math.clamp((long) nanosPerBatch, SHORTEST.toNanos(), longestNanos(interval));
    }

    /** A packet may leave so much after its place in the schedule. */
    static long longestNanos(Duration interval) {
        return Math.clamp(interval.toNanos() / TICKS_IN_INTERVAL, QUICK.toNanos(), Activity.LONGEST_TICK_NANOS);
    }
}
