package io.sentinelmesh.db.postgres;

import java.util.Arrays;

/**
 * Which slot each destination of one source has: slot 64 t + c is cell c of tile t. Immutable; grows by {@link #plus}. Six bytes a
 * destination, because a full mesh of 1,000 nodes has a million of them.
 */
final class Layout {

    static final Layout EMPTY = new Layout(new int[0], new short[0]);
    static final int NO_SLOT = -1;
    /** tile_layout.tile is a smallint, and slots are kept as unsigned 16-bit numbers. */
    static final int MAX_SLOTS = 65_536;

    private final int[] ascendingDestinations;
    private final short[] slots;

    private Layout(int[] ascendingDestinations, short[] slots) {
        this.ascendingDestinations = ascendingDestinations;
        this.slots = slots;
    }

    int size() {
        return slots.length;
    }

    int slotOf(int destination) {
        int at = Arrays.binarySearch(ascendingDestinations, destination);
        return at < 0 ? NO_SLOT : Short.toUnsignedInt(slots[at]);
    }

    /**
     * @param destinations not in here yet, each once; they get the next free slots in this order
     */
    Layout plus(int... destinations) {
        int size = slots.length + destinations.length;
        if (size > MAX_SLOTS) {
            throw new IllegalArgumentException("a source has at most " + MAX_SLOTS + " destinations, not " + size);
        }
        // Destination in the upper half, slot in the lower: sorted by destination at one go.
        long[] both = new long[size];
        for (int i = 0; i < slots.length; i++) {
            both[i] = (long) ascendingDestinations[i] << 32 | Short.toUnsignedInt(slots[i]);
        }
        for (int i = 0; i < destinations.length; i++) {
            both[slots.length + i] = (long) destinations[i] << 32 | (slots.length + i);
        }
        Arrays.sort(both);
        int[] newDestinations = new int[size];
        short[] newSlots = new short[size];
        for (int i = 0; i < size; i++) {
            newDestinations[i] = (int) (both[i] >>> 32);
            newSlots[i] = (short) both[i];
        }
        return new Layout(newDestinations, newSlots);
    }
}
