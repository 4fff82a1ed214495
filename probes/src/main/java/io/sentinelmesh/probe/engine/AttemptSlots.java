package io.sentinelmesh.probe.engine;

/**
 * What is under way where each attempt holds a socket of its own: a fixed number of slots, oldest first. Allocates nothing after it was made. Engine
 * thread.
 */
public final class AttemptSlots {

    public static final int NONE = -1;

    private final int[] targets;
    private final long[] sentMonotonic;
    private final long[] sentWall;
    /** A list through the slots in the order of departure; {@code newer} of a free slot leads to the next free one. */
    private final int[] older;
    private final int[] newer;
    private int oldest = NONE;
    private int newest = NONE;
    private int free;

    public AttemptSlots(int slots) {
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
    public int free() {
        return free;
    }

    public void add(int target, long monotonicNanos, long wallNanos) {
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

    /** Its slot is the next to be taken; what it says may be read until then. */
    public void remove(int slot) {
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

    /** The kernel said when it left. */
    public void stamp(int slot, long wallNanos) {
        sentWall[slot] = wallNanos;
    }

    /** {@link #NONE} if nothing is under way. */
    public int oldest() {
        return oldest;
    }

    public int target(int slot) {
        return targets[slot];
    }

    public long sentMonotonic(int slot) {
        return sentMonotonic[slot];
    }

    public long sentWall(int slot) {
        return sentWall[slot];
    }
}
