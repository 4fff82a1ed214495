package io.sentinelmesh.aggregator.past;

import java.util.Arrays;

/** From a pair of indexes to the number of its cell, given out from 0 in the order of arrival: an open hash, half full at the most. For one thread. */
final class PairTable {

    private static final int FIRST_CAPACITY = 1_024;
    /** 2^64 by the golden ratio: spreads neighbours. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final long FREE = -1;

    private long[] keys = free(FIRST_CAPACITY);
    private int[] cells = new int[FIRST_CAPACITY];
    private int size;

    private static long[] free(int capacity) {
        long[] keys = new long[capacity];
        Arrays.fill(keys, FREE);
        return keys;
    }

    int size() {
        return size;
    }

    /** -1 if the pair has none. */
    int find(int source, int destination) {
        int at = place(key(source, destination));
        return keys[at] == FREE ? -1 : cells[at];
    }

    /** @return its number, which is new if it equals the size before */
    int enter(int source, int destination) {
        long key = key(source, destination);
        int at = place(key);
        if (keys[at] != FREE) {
            return cells[at];
        }
        if (2 * (size + 1) > keys.length) {
            grow();
            at = place(key);
        }
        keys[at] = key;
        cells[at] = size;
        return size++;
    }

    private static long key(int source, int destination) {
        return (long) source << Integer.SIZE | destination;
    }

    private int place(long key) {
        int mask = keys.length - 1;
        int at = (int) ((key * SPREAD) >>> Long.numberOfLeadingZeros(mask));
        while (keys[at] != FREE && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCells = cells;
        keys = free(2 * oldKeys.length);
        cells = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int at = place(oldKeys[i]);
                keys[at] = oldKeys[i];
                cells[at] = oldCells[i];
            }
        }
    }
}
