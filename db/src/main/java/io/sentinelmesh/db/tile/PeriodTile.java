package io.sentinelmesh.db.tile;

import java.util.Arrays;

/**
 * Writes the bytes of a tile of a longer period: a {@link DelaySketch} for each cell. Version, number of cells, then for each cell how many
 * bytes it has (0: no result) and these, all as numbers of seven bits to a byte, the lowest first: sent, lost; if anything was received, the
 * smallest delay's code, how far the largest one's is from it, the sum in microseconds, and from the smallest delay's bucket to the largest
 * one's each that is not empty as {@code (count - 1) * 4 + gap - 1}, where the gap leads to the next (4: the rest of it follows, less 4).
 * For one thread; to be used again and again.
 */
public final class PeriodTile {

    static final int VERSION = 1;
    static final int GAP_FOLLOWS = 3;

    private byte[] bytes = new byte[8 * 1024];
    private byte[] cell = new byte[256];
    private int cellEnd;
    private int at;

    /** @return the bytes; valid up to {@link #encode}'s result, until the next tile is encoded */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * @param end the cell after the last one in use
     * @return how many of {@link #bytes} are in use
     */
    public int encode(DelaySketch[] sketches, int end) {
        bytes[0] = VERSION;
        bytes[1] = (byte) end;
        at = 2;
        for (int i = 0; i < end; i++) {
            cellEnd = 0;
            if (!sketches[i].isEmpty()) {
                encode(sketches[i]);
            }
            putLength();
        }
        return at;
    }

    private void putLength() {
        // The longest cell has 864 buckets of at most 10 bytes: its length takes at most two bytes of seven bits.
        if (at + 2 + cellEnd > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * (at + 2 + cellEnd));
        }
        int rest = cellEnd;
        while (rest > 127) {
            bytes[at++] = (byte) ((rest & 127) | 128);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        System.arraycopy(cell, 0, bytes, at, cellEnd);
        at += cellEnd;
    }

    private void encode(DelaySketch sketch) {
        put(sketch.sent());
        put(sketch.sent() - sketch.received());
        if (sketch.received() == 0) {
            return;
        }
        put(sketch.minCode());
        put(sketch.maxCode() - sketch.minCode());
        put(sketch.sumMicros());
        int last = DelaySketch.bucketOfCode(sketch.maxCode());
        int bucket = DelaySketch.bucketOfCode(sketch.minCode());
        while (bucket <= last) {
            int next = bucket + 1;
            while (next <= last && sketch.count(next) == 0) {
                next++;
            }
            int gap = next > last ? 1 : next - bucket;
            put((long) (sketch.count(bucket) - 1) << 2 | Math.min(gap - 1, GAP_FOLLOWS));
            if (gap > GAP_FOLLOWS) {
                put(gap - GAP_FOLLOWS - 1L);
            }
            bucket = next;
        }
    }

    private void put(long value) {
        if (cellEnd + 10 > cell.length) {
            cell = Arrays.copyOf(cell, 2 * cell.length);
        }
        long rest = value;
        while (rest > 127) {
            cell[cellEnd++] = (byte) ((rest & 127) | 128);
            rest >>>= 7;
        }
        cell[cellEnd++] = (byte) rest;
    }
}
