package io.sentinelmesh.probe.tcp;

/** The connection attempts under way, in slots, oldest first. A fixed number; allocates nothing after it was made. Engine thread. */
final class Attempts {

    static final int NONE = -1;

    private final int[] targets;
    private final long[] sentMonotonic;
    private final long[] sentWall;
    /** A list through the slots in the order of departure; {@code newer} of a free slot leads to the next free one. */
    private final int[] older;
    private final int[] newer;
    private int oldest = NONE;
    private int newest = NONE;
    private int free;

    Attempts(int slots) {
        targets = new int[slots];
        sentMonotonic = new long[slots];
        sentWall = new long[slots];
        older = new int[slots];
        newer = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            newer[slot] = slot + 1 < slots ? slot + 1 : NONE;
        }
    }

    /** The slot that {@link #add} takes next; {@link #NONE} if all are taken. */
    int free() {
        return free;
    }

    void add(int target, long monotonicNanos, long wallNanos) {
        int slot = free;
        free = newer[slot];
        targets[slot] = target;
        sentMonotonic[slot] = monotonicNanos;
        sentWall[slot] = wallNanos;
        older[slot] = newest;
        newer[slot] = NONE;
        if (newest == NONE) {
            oldest = slot;
        } else {
            newer[newest] = slot;
        }
        newest = slot;
    }

    void remove(int slot) {
        if (older[slot] == NONE) {
            oldest = newer[slot];
        } else {
            newer[older[slot]] = newer[slot];
        }
        if (newer[slot] == NONE) {
            newest = older[slot];
        } else {
            older[newer[slot]] = older[slot];
        }
        newer[slot] = free;
        free = slot;
    }

    /** {@link #NONE} if nothing is under way. */
    int oldest() {
        return oldest;
    }

    int target(int slot) {
        return targets[slot];
    }

    long sentMonotonic(int slot) {
        return sentMonotonic[slot];
    }

    long sentWall(int slot) {
        return sentWall[slot];
    }
}
