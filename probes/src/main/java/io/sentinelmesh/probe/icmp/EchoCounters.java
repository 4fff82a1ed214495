package io.sentinelmesh.probe.icmp;

import java.util.concurrent.atomic.AtomicLong;

/** What the engine noticed beside the fates: how far its own results are to be trusted. Written by the engine thread, read by any. */
public final class EchoCounters {

    final AtomicLong late = new AtomicLong();
    final AtomicLong foreign = new AtomicLong();
    final AtomicLong unstamped = new AtomicLong();
    final AtomicLong clockSteps = new AtomicLong();
    final AtomicLong pauses = new AtomicLong();

    EchoCounters() {
    }

    /** Answers to packets that already counted as lost. */
    public long late() {
        return late.get();
    }

    /** Answers that bring back another number than ours: of another program, an older run, or forged. */
    public long foreign() {
        return foreign.get();
    }

    /** Answered packets whose departure the kernel did not stamp in time: measured from the engine's own clock, less exactly. */
    public long unstamped() {
        return unstamped.get();
    }

    /** Answered packets between whose departure and answer the wall clock was set: measured by the monotonic clock, less exactly. */
    public long clockSteps() {
        return clockSteps.get();
    }

    /** How often the engine was held up (garbage collection, suspended process, busy machine) so long that it moved its schedule. */
    public long pauses() {
        return pauses.get();
    }
}
