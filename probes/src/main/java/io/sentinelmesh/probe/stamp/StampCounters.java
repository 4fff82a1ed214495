package io.sentinelmesh.probe.stamp;

import java.util.concurrent.atomic.AtomicLong;

/** What a sender noticed beside the fates: how far its results are to be trusted. Written by the engine thread, read by any. */
public final class StampCounters {

    final AtomicLong late = new AtomicLong();
    final AtomicLong foreign = new AtomicLong();
    final AtomicLong notAuthentic = new AtomicLong();
    final AtomicLong unstamped = new AtomicLong();
    final AtomicLong clockSteps = new AtomicLong();
    final AtomicLong implausible = new AtomicLong();
    final AtomicLong reflectorRestarts = new AtomicLong();
    final AtomicLong pauses = new AtomicLong();
    final AtomicLong heldBack = new AtomicLong();

    StampCounters() {
    }

    /** Answers to packets that already counted as lost. */
    public long late() {
        return late.get();
    }

    /** Packets that are no answer to one of ours. */
    public long foreign() {
        return foreign.get();
    }

    /** Authenticated mode: packets with a wrong HMAC. */
    public long notAuthentic() {
        return notAuthentic.get();
    }

    /** Answered packets without the kernel's stamps at both ends of the way: measured by the engine's own clock, less exactly. */
    public long unstamped() {
        return unstamped.get();
    }

    /** Answered packets between whose departure and answer this host's wall clock was set. */
    public long clockSteps() {
        return clockSteps.get();
    }

    /** Answered packets whose reflector's times do not fit between ours. */
    public long implausible() {
        return implausible.get();
    }

    /** How often a reflector began to count anew: losses around it are not attributed. */
    public long reflectorRestarts() {
        return reflectorRestarts.get();
    }

    /** How often the engine was held up so long that it moved its schedule. */
    public long pauses() {
        return pauses.get();
    }

    /** For the log. */
    @Override
    public String toString() {
        return late() + " late, " + foreign() + " foreign, " + notAuthentic() + " not authentic, " + unstamped()
                + " without the kernel's times, " + clockSteps() + " over a step of the clock, " + implausible()
                + " over one of the reflector's, " + reflectorRestarts() + " restarts of a reflector, " + pauses()
                + " pauses, " + heldBack() + " held back";
    }

    /** Packets that a rate cap kept from being sent. */
    public long heldBack() {
        return heldBack.get();
    }
}
