package io.sentinelmesh.probe.stamp;

/**
 * Places in a table for keys that strangers choose: of a fixed size, found in a bounded number of steps, without allocation. A key may stand in
 * one of a few places; if all are taken, the one that was not asked for the longest time gives way. The secret keeps strangers from choosing
 * keys that crowd out one another. One thread.
 */
final class KeyedSlots {

    static final int WAYS = 8;

    private final int buckets;
    private final long secret;
    private final long idleNanos;
    private final long[] first;
    private final long[] second;
    private final int[] third;
    private final long[] lastAsked;
    private final boolean[] taken;
    private boolean fresh;
    private long evictions;

    /**
     * @param capacity a power of two, {@link #WAYS} or more
     * @param idleNanos after which a key is forgotten
     */
    KeyedSlots(int capacity, long idleNanos, long secret) {
        if (Integer.bitCount(capacity) != 1 || capacity < WAYS) {
            throw new IllegalArgumentException("not a power of two of at least " + WAYS + ": " + capacity);
        }
        buckets = capacity / WAYS;
        this.idleNanos = idleNanos;
        this.secret = secret;
        first = new long[capacity];
        second = new long[capacity];
        third = new int[capacity];
        lastAsked = new long[capacity];
        taken = new boolean[capacity];
    }

    /** The key's place; afterwards {@link #isFresh} says whether it has only now got it. */
    int claim(long a, long b, int c, long now) {
        int start = start(a, b, c);
        int victim = start;
        for (int slot = start; slot < start + WAYS; slot++) {
            if (is(slot, a, b, c)) {
                fresh = now - lastAsked[slot] > idleNanos;
                lastAsked[slot] = now;
                return slot;
            }
            if (taken[victim] && (!taken[slot] || lastAsked[slot] - lastAsked[victim] < 0)) {
                victim = slot;
            }
        }
        if (taken[victim] && now - lastAsked[victim] <= idleNanos) {
            evictions++;
        }
        first[victim] = a;
        second[victim] = b;
        third[victim] = c;
        lastAsked[victim] = now;
        taken[victim] = true;
        fresh = true;
        return victim;
    }

    /** The key's place, or -1 if it has none. */
    int find(long a, long b, int c) {
        int start = start(a, b, c);
        for (int slot = start; slot < start + WAYS; slot++) {
            if (is(slot, a, b, c)) {
                return slot;
            }
        }
        return -1;
    }

    private boolean is(int slot, long a, long b, int c) {
        return taken[slot] && first[slot] == a && second[slot] == b && third[slot] == c;
    }

    private int start(long a, long b, int c) {
        long hash = mix(mix(mix(secret ^ a) ^ b) ^ c);
        return (int) ((hash >>> 1) % buckets) * WAYS;
    }

    /** SplitMix64's finaliser: every bit of the result depends on every bit of the argument. */
    static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    boolean isFresh() {
        return fresh;
    }

    /** Keys that gave way though they were in use. */
    long evictions() {
        return evictions;
    }
}
