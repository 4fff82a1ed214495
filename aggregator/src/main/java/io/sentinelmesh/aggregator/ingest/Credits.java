package io.sentinelmesh.aggregator.ingest;

/**
 * How many unacknowledged batches each agent may have under way, by how full the queue is. The step back up waits for more room than the step
 * down, so that agents are not told something new with every commit. Called by the mesh thread only.
 */
public final class Credits {

    /** Also the most that memory is planned for. */
    public static final int OPEN = 8;
    static final int TIGHT = 1;
    static final int SHUT = 0;

    private static final double TIGHTEN_ABOVE = 0.25;
    private static final double SHUT_ABOVE = 0.5;
    private static final double REOPEN_BELOW = 0.1;

    private int current = OPEN;

    public int current() {
        return current;
    }

    /**
     * @param fill of the queue, 0.0 to 1.0
     * @return whether agents must be told
     */
    public boolean adjust(double fill) {
        int before = current;
        if (fill > SHUT_ABOVE) {
            current = SHUT;
        } else if (fill > TIGHTEN_ABOVE) {
            current = Math.min(current, TIGHT);
        } else if (fill < REOPEN_BELOW) {
            current = OPEN;
        }
        return current != before;
    }
}
