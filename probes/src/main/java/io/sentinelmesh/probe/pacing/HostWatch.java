package io.sentinelmesh.probe.pacing;

/**
 * Notices what on this host spoils measurements: that the engine was not called when it should have been, and that the wall clock was set.
 * Looked at once per turn of the engine. One thread.
 */
public final class HostWatch {

    /**
     * A garbage collection of a small heap takes a few milliseconds, a busy machine keeps a thread waiting for some tens: neither loses an answer.
     * Longer than this the kernel's buffers may have overflowed while nobody read them.
     */
    public static final long NOTICED_PAUSE_NANOS = 100_000_000L;
    /** The daemons that discipline a clock slew it by at most 500 millionths: 25 us in the engine's longest sleep. */
    static final long NOTICED_STEP_NANOS = 1_000_000L;
    /** Two clocks read further apart than this can't be compared: the thread was interrupted in between. */
    static final long MOST_READING_NANOS = 200_000L;

    private final EngineClock clock;
    private long expectedBy = Long.MAX_VALUE;
    private long lastTurn;
    private long pauseFrom;
    private long pauseTo;
    private boolean paused;
    private long wallLead;
    private boolean leadKnown;

    public HostWatch(EngineClock clock) {
        this.clock = clock;
    }

    /** The engine's turn begins. True if it was held up since the last. */
    public boolean wasHeldUp(long now) {
        boolean heldUp = expectedBy != Long.MAX_VALUE && now - expectedBy > NOTICED_PAUSE_NANOS;
        if (heldUp) {
            // Of several in a row the time between is doubtful, too.
            pauseFrom = paused && lastTurn - pauseTo < NOTICED_PAUSE_NANOS ? pauseFrom : lastTurn;
            pauseTo = now;
            paused = true;
        }
        lastTurn = now;
        return heldUp;
    }

    /** Whether the engine was held up at some time from the one to the other. */
    public boolean wasHeldUpBetween(long from, long to) {
        // What leaves in the turn that noticed it leaves after it.
        return paused && from < pauseTo && to >= pauseFrom;
    }

    /** The engine wants its next turn by then. */
    public void expectTurn(long by) {
        expectedBy = by;
    }

    /** True if the wall clock was set since the last time this was asked. */
    public boolean wasClockSet() {
        long before = clock.monotonicNanos();
        long wall = clock.wallNanos();
        if (clock.monotonicNanos() - before > MOST_READING_NANOS) {
            return false;
        }
        long lead = wall - before;
        boolean set = leadKnown && Math.abs(lead - wallLead) > NOTICED_STEP_NANOS;
        wallLead = lead;
        leadKnown = true;
        return set;
    }
}
