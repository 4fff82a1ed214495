package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import io.sentinelmesh.probe.pacing.EngineClock;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** The two clocks of the kernel; the wall clock is the one its packet timestamps are taken from. One thread. */
public final class KernelClock implements EngineClock {

    private static final int CLOCK_REALTIME = 0;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long TV_NSEC = 8;

    private final MemorySegment timespec = Arena.ofAuto().allocate(16, 8);

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public long wallNanos() {
        Libc.clockGettime(CLOCK_REALTIME, timespec);
        return timespec.get(JAVA_LONG, 0) * NANOS_PER_SECOND + timespec.get(JAVA_LONG, TV_NSEC);
    }
}
