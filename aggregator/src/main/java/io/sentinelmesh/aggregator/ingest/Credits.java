package io.sentinelmesh.aggregator.ingest;

/**
 * How many unacknowledged batches an agent may have under way, by how full the queue is and by how much would come if all of them used it. The step
 * back up waits for more room than the step down, so that agents are not told something new with every commit. Called by the mesh thread only.
 */
public final class Credits {

    /** Also the most that an agent may ever have under way. */
    public static final int OPEN = 8;
    static final int TIGHT = 1;
    static final int SHUT = 0;

    /** Results in a batch, until batches were seen: what an agent's spool puts into one when it has a backlog. */
    static final int UNKNOWN_BATCH = 8_000;
    /** The largest batch seen is forgotten by this part of it with each smaller one. */
    private static final int FORGETTING = 64;

    private static final double TIGHTEN_ABOVE = 0.25;
    private static final double SHUT_ABOVE = 0.5;
    private static final double REOPEN_BELOW = 0.1;

    private final int room;
    private int current = TIGHT;
    private int batch = UNKNOWN_BATCH;

    /** @param room results that the queue takes */
    public Credits(int room) {
        this.room = room;
    }

    public int current() {
        return current;
    }

    /** @param results in a batch that came */
    public void saw(int results) {
        batch = Math.max(1, Math.max(results, batch - Math.ceilDiv(batch, FORGETTING)));
    }

    /**
     * @param fill of the queue, 0.0 to 1.0
     * @param agents that share the room
     */
    public void adjust(double fill, int agents) {
        if (fill > SHUT_ABOVE) {
            current = SHUT;
            return;
        }
        if (fill > TIGHTEN_ABOVE) {
            current = Math.min(current, TIGHT);
            return;
        }
        boolean roomy = fill < REOPEN_BELOW;
        if (roomy) {
            current = Math.max(current, TIGHT);
        }
        long ifAllUsedIt = (long) agents * OPEN * batch;
        if (ifAllUsedIt > 2L * room) {
            current = Math.min(current, TIGHT);
        } else if (roomy && ifAllUsedIt <= room) {
            current = OPEN;
        }
    }

    /**
     * How many more batches may be asked for at once, of all agents together: what comes of that fits below the mark at which nobody may send any more.
     * A thousand agents with a backlog that were all told at once would send sixteen times what the queue takes.
     */
    public int more(double fill) {
        return fill >= TIGHTEN_ABOVE ? 0 : (int) Math.max(OPEN, room * (SHUT_ABOVE - fill) / batch);
    }
}
