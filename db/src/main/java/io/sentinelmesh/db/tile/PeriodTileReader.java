package io.sentinelmesh.db.tile;

import io.sentinelmesh.db.StoreException;

/** Reads what {@link PeriodTile} wrote, adding cells to sketches. Cells in ascending order are cheapest. For one thread. */
public final class PeriodTileReader {

    private byte[] bytes = new byte[0];
    private int start;
    private int cells;
    private int nextCell;
    private int at;

    public PeriodTileReader open(byte[] tile, int offset, int count) {
        if (count < 2 || tile[offset] != PeriodTile.VERSION) {
            throw new StoreException(
                    "a stored tile has no form that this version knows; was it written by a newer one?");
        }
        bytes = tile;
        start = offset;
        cells = Byte.toUnsignedInt(tile[offset + 1]);
        rewind();
        return this;
    }

    public int cells() {
        return cells;
    }

    /** @return false if the cell, from 0, has no result */
    public boolean addTo(DelaySketch sketch, int cell) {
        if (cell >= cells) {
            return false;
        }
        if (cell < nextCell) {
            rewind();
        }
        for (; nextCell < cell; nextCell++) {
            int skipped = (int) number();
            at += skipped;
        }
        int length = (int) number();
        int end = at + length;
        if (length > 0) {
            add(sketch);
        }
        at = end;
        nextCell++;
        return length > 0;
    }

    private void add(DelaySketch sketch) {
        long sent = number();
        long received = sent - number();
        if (received == 0) {
            sketch.addFigures(sent, 0, 0, 0, 0);
            return;
        }
        int min = (int) number();
        int max = min + (int) number();
        sketch.addFigures(sent, received, min, max, number());
        int last = DelaySketch.bucketOfCode(max);
        int bucket = DelaySketch.bucketOfCode(min);
        while (true) {
            long token = number();
            sketch.addBucket(bucket, (int) (token >>> 2) + 1);
            if (bucket == last) {
                return;
            }
            int gap = (int) (token & PeriodTile.GAP_FOLLOWS) + 1;
            bucket += gap <= PeriodTile.GAP_FOLLOWS ? gap : gap + (int) number();
        }
    }

    private void rewind() {
        nextCell = 0;
        at = start + 2;
    }

    private long number() {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 127L) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
