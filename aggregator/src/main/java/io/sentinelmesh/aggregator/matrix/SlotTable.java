package io.sentinelmesh.aggregator.matrix;

import java.util.Arrays;

/**
 * From a destination's index to the slot of its cell: an open hash of at most two thirds, four bytes an entry at the most. The keys stand in the row's own
 * column of destinations. A dense array for each source would be a square of the largest index, which a sampled mesh of many nodes never fills.
 */
final class SlotTable {

    private static final int FIRST_CAPACITY = 16;
    /** 2^32 by the golden ratio: spreads neighbours, whose indices are mostly consecutive. */
    private static final int SPREAD = 0x9E3779B9;

    /** Slot plus one; 0 is free. A row has fewer cells than there are nodes, so 16 bits hold each. */
    private char[] table = new char[FIRST_CAPACITY];

    int find(int destination, char[] destinations) {
        int mask = table.length - 1;
        for (int at = place(destination);; at = (at + 1) & mask) {
            int entry = table[at];
            if (entry == 0) {
                return -1;
            }
            if (destinations[entry - 1] == destination) {
                return entry - 1;
            }
        }
    }

    /** @param size how many cells there are with this one */
    void add(int destination, int slot, int size, char[] destinations) {
        if (size * 3L > table.length * 2L) {
            table = new char[table.length * 2];
            rebuild(size, destinations);
        } else {
            put(destination, slot);
        }
    }

    /** The cell in slot {@code slot} goes and that in {@code last} takes its slot; the destinations are still as before. */
    void remove(int slot, int last, char[] destinations) {
        int mask = table.length - 1;
        int gap = entryOf(slot, destinations);
        // What was pushed on by the one that goes moves up, so that nothing is looked for in vain behind a gap.
        for (int at = (gap + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
            int home = place(destinations[table[at] - 1]);
            if (((at - home) & mask) >= ((at - gap) & mask)) {
                table[gap] = table[at];
                gap = at;
            }
        }
        table[gap] = 0;
        if (slot != last) {
            table[entryOf(last, destinations)] = (char) (slot + 1);
        }
    }

    private int entryOf(int slot, char[] destinations) {
        int mask = table.length - 1;
        int at = place(destinations[slot]);
        while (table[at] != slot + 1) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void rebuild(int size, char[] destinations) {
        Arrays.fill(table, (char) 0);
        for (int slot = 0; slot < size; slot++) {
            put(destinations[slot], slot);
        }
    }

    private void put(int destination, int slot) {
        int mask = table.length - 1;
        int at = place(destination);
        while (table[at] != 0) {
            at = (at + 1) & mask;
        }
        table[at] = (char) (slot + 1);
    }

    private int place(int destination) {
        return (destination * SPREAD) >>> Integer.numberOfLeadingZeros(table.length - 1);
    }
}
