package io.sentinelmesh.db.tile;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.PairResult;

/**
 * Writes the bytes of one round's tile: up to 64 results, with every delay of a round of up to 33 answers, each as its {@link DelayCode}, that is
 * exactly as it came over the wire. The bytes are described in docs/adr/0013-compact-tiles.md; {@link RoundTileReader} reads them and so do the
 * SQL functions of migration V9. For one thread; to be used again and again.
 */
public final class RoundTile {

    public static final int CELLS = 64;

    static final int VERSION = 1;
    static final int HEADER_BYTES = 4;
    /** Bits that the distance of each further delay from the smallest takes, by width class. */
    private static final int[] WIDTHS = {3, 4, 5, 6, 7, 8, 13};
    static final int CLASS_SHIFT = 13;
    static final int CODE_MASK = (1 << CLASS_SHIFT) - 1;
    /** Class 7: how far from the end of the bytes the result stands, if it is unlike the tile's norm; 0: there is no result. */
    static final int APART = 7 << CLASS_SHIFT;
    /** So that any value can be read as three bytes. */
    private static final int PADDING = 2;
    private static final int[] CLASS_OF_BITS = classes();
    /** Sent, received, directory entry. */
    private static final int APART_HEAD_BYTES = 6;
    private static final int MOST_SECTION_BYTES = 4 * 13 + 1;

    private final byte[] bytes = new byte[HEADER_BYTES + CELLS * (2 + APART_HEAD_BYTES + MOST_SECTION_BYTES) + PADDING];
    private final byte[] apart = new byte[CELLS * (APART_HEAD_BYTES + MOST_SECTION_BYTES)];
    private final int[] apartAt = new int[CELLS];
    private final int[] codes = new int[KeptRanks.MOST];

    /** @return the bytes; valid up to {@link #encode}'s result, until the next tile is encoded */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * @param results by cell; each with at most 65,535 packets
     * @param end the cell after the last one in use, at most 64
     * @return how many of {@link #bytes} are in use
     */
    public int encode(@Nullable PairResult[] results, int end) {
        int norm = norm(results, end);
        bytes[0] = VERSION;
        bytes[1] = (byte) end;
        putShort(bytes, 2, norm);
        int at = HEADER_BYTES + 2 * end;
        int apartEnd = 0;
        Arrays.fill(apartAt, 0, end, -1);
        for (int cell = 0; cell < end; cell++) {
            PairResult result = results[cell];
            int entryAt = HEADER_BYTES + 2 * cell;
            if (result == null) {
                putShort(bytes, entryAt, APART);
            } else if (result.received() > 0 && result.sent() == norm && result.received() == norm) {
                at = delays(result, bytes, entryAt, at);
            } else {
                apartAt[cell] = apartEnd;
                apartEnd = apart(result, apartEnd);
            }
        }
        System.arraycopy(apart, 0, bytes, at, apartEnd);
        for (int cell = 0; cell < end; cell++) {
            if (apartAt[cell] >= 0) {
                putShort(bytes, HEADER_BYTES + 2 * cell, APART | (apartEnd + PADDING - apartAt[cell]));
            }
        }
        at += apartEnd;
        bytes[at] = 0;
        bytes[at + 1] = 0;
        return at + PADDING;
    }

    private int apart(PairResult result, int at) {
        putShort(apart, at, result.sent());
        putShort(apart, at + 2, result.received());
        return result.received() == 0 ? at + 4 : delays(result, apart, at + 4, at + APART_HEAD_BYTES);
    }

    /** @return where the next section may begin */
    private int delays(PairResult result, byte[] into, int entryAt, int sectionAt) {
        int received = result.received();
        int points = KeptRanks.count(received);
        for (int point = 0; point < points; point++) {
            codes[point] = DelayCode.encode(result.delays().micros(KeptRanks.rank(received, point) - 1));
        }
        int least = codes[0];
        int widthClass = CLASS_OF_BITS[Integer.SIZE - Integer.numberOfLeadingZeros(codes[points - 1] - least)];
        int width = WIDTHS[widthClass];
        putShort(into, entryAt, widthClass << CLASS_SHIFT | least);
        int at = sectionAt;
        int waiting = 0;
        int bits = 0;
        for (int point = 1; point < points; point++) {
            waiting = waiting << width | (codes[point] - least);
            bits += width;
            while (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                into[at++] = (byte) (waiting >>> bits);
            }
        }
        if (bits > 0) {
            into[at++] = (byte) (waiting << (Byte.SIZE - bits));
        }
        return at;
    }

    static int width(int widthClass) {
        return WIDTHS[widthClass];
    }

    static int sectionBytes(int received, int widthClass) {
        return ((KeptRanks.count(received) - 1) * WIDTHS[widthClass] + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** What most cells have in common: so many packets, all answered (majority vote after Boyer and Moore; any value would be right). */
    private static int norm(@Nullable PairResult[] results, int end) {
        int norm = 0;
        int votes = 0;
        for (int cell = 0; cell < end; cell++) {
            PairResult result = results[cell];
            if (result == null || result.received() == 0 || result.received() != result.sent()) {
                continue;
            }
            if (votes == 0) {
                norm = result.sent();
            }
            votes += result.sent() == norm ? 1 : -1;
        }
        return norm;
    }

    private static int[] classes() {
        int[] classes = new int[CLASS_SHIFT + 1];
        int widthClass = 0;
        for (int bits = 0; bits < classes.length; bits++) {
            if (bits > WIDTHS[widthClass]) {
                widthClass++;
            }
            classes[bits] = widthClass;
        }
        return classes;
    }

    private static void putShort(byte[] into, int at, int value) {
        into[at] = (byte) (value >>> 8);
        into[at + 1] = (byte) value;
    }
}
