package io.sentinelmesh.probe.pacing;

import java.time.Duration;

/** Moves when a test says so; the wall clock too, which can be set apart from the other. */
public final class HandClock implements EngineClock {

    private long monotonic;
    private long wall = 1_700_000_000_000_000_000L;

    public void pass(Duration time) {
        monotonic += time.toNanos();
        wall += time.toNanos();
    }

    public void setWall(Duration ahead) {
        wall += ahead.toNanos();
    }

    @Override
    public long monotonicNanos() {
        return monotonic;
    }

    @Override
    public long wallNanos() {
        return wall;
    }
}
