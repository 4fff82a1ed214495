package io.sentinelmesh.aggregator.stream;

import java.util.BitSet;

import io.sentinelmesh.aggregator.matrix.CellCode;

/**
 * One source's cells as bytes (docs/stream.md, "Row blocks"): destinations, verdicts and delays as columns, each in the shortest of its forms. Pure but for its
 * scratch space; one thread.
 */
final class RowBlock {

    static final int LIST = 0;
    static final int BITMAP = 1;
    static final int EXCEPTIONS = 0;
    static final int COLUMNS = 1 << 2;

    static final long NOT_TOLD = 0xFFFF_FFFEL;
    static final long NO_REPORT = 0xFFFF_FFFFL;

    private final Bytes out;

    RowBlock(Bytes out) {
        this.out = out;
    }

    /**
     * @param ageMillis of the source's newest report, {@link #NOT_TOLD} or {@link #NO_REPORT}
     * @param codes {@link CellCode}s of the destinations, ascending
     */
    void write(int source, long ageMillis, BitSet destinations, int[] codes) {
        int count = destinations.cardinality();
        out.u16(source);
        int formAt = out.length();
        out.u16(0);
        out.u32(ageMillis);
        out.u16(count);
        if (count == 0) {
            return;
        }
        int usual = usualVerdict(codes, count);
        int others = 0;
        for (int i = 0; i < count; i++) {
            others += CellCode.verdict(codes[i]) == usual ? 0 : 1;
        }
        boolean columns = others > count / 2;
        boolean bitmap = 2 * count > 2 + (destinations.length() + 7) / 8;
        out.setU8(formAt, (bitmap ? BITMAP : LIST) | (columns ? COLUMNS : EXCEPTIONS));
        out.u16(columns ? 0 : others);
        out.u8(usual >>> 8);
        out.u8(usual & 0xff);
        destinations(destinations, bitmap);
        if (columns) {
            columns(codes, count);
        } else {
            exceptions(codes, count, usual);
        }
        out.reserve(2 * count);
        for (int i = 0; i < count; i++) {
            out.u16(CellCode.delay(codes[i]));
        }
    }

    /** The one that more than half have, if there is such a one (Boyer and Moore's vote). */
    private static int usualVerdict(int[] codes, int count) {
        int candidate = 0;
        int votes = 0;
        for (int i = 0; i < count; i++) {
            int verdict = CellCode.verdict(codes[i]);
            if (votes == 0) {
                candidate = verdict;
            }
            votes += verdict == candidate ? 1 : -1;
        }
        return candidate;
    }

    private void destinations(BitSet destinations, boolean bitmap) {
        if (bitmap) {
            byte[] bits = destinations.toByteArray();
            out.u16(bits.length);
            out.bytes(bits);
            return;
        }
        destinations.stream().forEach(out::u16);
    }

    private void columns(int[] codes, int count) {
        for (int i = 0; i < count; i++) {
            out.u8(CellCode.state(codes[i]));
        }
        for (int i = 0; i < count; i++) {
            out.u8(CellCode.loss(codes[i]));
        }
    }

    private void exceptions(int[] codes, int count, int usual) {
        for (int i = 0; i < count; i++) {
            if (CellCode.verdict(codes[i]) != usual) {
                out.u16(i);
                out.u8(CellCode.state(codes[i]));
                out.u8(CellCode.loss(codes[i]));
            }
        }
    }
}
