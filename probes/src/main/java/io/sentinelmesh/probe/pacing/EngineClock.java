package io.sentinelmesh.probe.pacing;

/** The two times an engine lives by. */
public interface EngineClock {

    /** Schedules and measures waiting; never steps. Its zero means nothing. */
    long monotonicNanos();

    /** Nanoseconds since the epoch: says when a sample was taken. May step. */
    long wallNanos();
}
