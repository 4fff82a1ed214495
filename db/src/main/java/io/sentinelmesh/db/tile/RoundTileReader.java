package io.sentinelmesh.db.tile;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.PastMatrix.Result;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.measurement.DelayCode;

/** Reads what {@link RoundTile} wrote. Going through the cells in ascending order is cheapest. For one thread; to be used again and again. */
public final class RoundTileReader implements Result {

    private byte[] bytes = new byte[0];
    private int start;
    private int length;
    private int cells;
    private int norm;
    /** Where the section of {@link #nextCell} would begin. */
    private int nextSection;
    private int nextCell;

    private int sent;
    private int received;
    private int least;
    private int width;
    private int section;

    /** The bytes must not change while cells are read. */
    public RoundTileReader open(byte[] tile, int offset, int count) {
        if (count < RoundTile.HEADER_BYTES || tile[offset] != RoundTile.VERSION) {
            throw new StoreException(
                    "a stored tile has no form that this version knows; was it written by a newer one?");
        }
        bytes = tile;
        start = offset;
        length = count;
        cells = Byte.toUnsignedInt(tile[offset + 1]);
        norm = shortAt(2);
        rewind();
        return this;
    }

    /** The cell after the last one that may hold a result. */
    public int cells() {
        return cells;
    }

    /**
     * Moves to a cell, from 0.
     *
     * @return whether there is a result
     */
    public boolean seek(int cell) {
        if (cell >= cells) {
            return false;
        }
        if (cell < nextCell) {
            rewind();
        }
        for (; nextCell < cell; nextCell++) {
            nextSection += sectionBytes(entry(nextCell));
        }
        int entry = entry(cell);
        if (entry < RoundTile.APART) {
            sent = norm;
            received = norm;
            section = nextSection;
        } else if (entry == RoundTile.APART) {
            return false;
        } else {
            int at = length - (entry & RoundTile.CODE_MASK);
            sent = shortAt(at);
            received = shortAt(at + 2);
            if (received == 0) {
                return true;
            }
            section = at + 6;
            entry = shortAt(at + 4);
        }
        least = entry & RoundTile.CODE_MASK;
        width = RoundTile.width(entry >>> RoundTile.CLASS_SHIFT);
        return true;
    }

    @Override
    public int sent() {
        return sent;
    }

    @Override
    public int received() {
        return received;
    }

    /** Of this cell's delays, ascending, the n-th that is kept (all, up to 33), as a {@link DelayCode}. */
    int code(int point) {
        if (point == 0) {
            return least;
        }
        int bit = (point - 1) * width;
        int at = start + section + (bit >>> 3);
        int three = Byte.toUnsignedInt(bytes[at]) << 16 | Byte.toUnsignedInt(bytes[at + 1]) << 8
                | Byte.toUnsignedInt(bytes[at + 2]);
        return least + (three >>> (24 - (bit & 7) - width) & (1 << width) - 1);
    }

    /** Nearest rank, in microseconds. Only for a cell of which something was received. */
    @Override
    public int quantileMicros(double q) {
        return DelayCode.decode(code(KeptRanks.pointOf(received, KeptRanks.nearest(received, q))));
    }

    /** Only for a cell of which something was received. */
    public Delays delays() {
        long sum = 0;
        for (int point = 0; point < KeptRanks.count(received); point++) {
            sum += (long) DelayCode.decode(code(point)) * KeptRanks.weight(received, point);
        }
        return new Delays(quantileMicros(0.0), quantileMicros(0.25), quantileMicros(0.5), quantileMicros(0.75),
                quantileMicros(1.0), (int) Math.round((double) sum / received));
    }

    private void rewind() {
        nextCell = 0;
        nextSection = RoundTile.HEADER_BYTES + 2 * cells;
    }

    private int sectionBytes(int entry) {
        return entry < RoundTile.APART ? RoundTile.sectionBytes(norm, entry >>> RoundTile.CLASS_SHIFT) : 0;
    }

    private int entry(int cell) {
        return shortAt(RoundTile.HEADER_BYTES + 2 * cell);
    }

    private int shortAt(int at) {
        return Byte.toUnsignedInt(bytes[start + at]) << 8 | Byte.toUnsignedInt(bytes[start + at + 1]);
    }
}
