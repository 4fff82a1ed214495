package io.sentinelmesh.aggregator.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;

/** Reads the messages of docs/stream.md as a client does: for tests, and for benchmarks that play a browser. */
public final class StreamDecoder {

    private static final int NOT_PROBED = 4;

    /** Cells by source * 65,536 + destination: state * 2^24 + loss * 2^16 + delay. */
    public final TreeMap<Long, Integer> cells = new TreeMap<>();
    /** Milliseconds by source; 4294967295: reports no more. */
    public final TreeMap<Integer, Long> ages = new TreeMap<>();
    public long run;
    public long tick;
    public int type;

    /** What one message told. */
    public record Told(int source, int destination, int code) {
    }

    public List<Told> apply(ByteBuffer message) {
        ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        require(in.get() == 'M', "the first byte");
        type = in.get();
        require(in.getShort() == 2, "the layout");
        run = in.getInt() & 0xFFFF_FFFFL;
        tick = in.getInt() & 0xFFFF_FFFFL;
        in.getDouble();
        int blocks = in.getInt();
        int announced = in.getInt();
        if (type == 1) {
            cells.clear();
            ages.clear();
        }
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            block(in, told);
        }
        require(!in.hasRemaining(), "the end");
        require(told.size() == announced, "the number of cells");
        for (Told cell : told) {
            long key = cell.source * 65_536L + cell.destination;
            if (cell.code >>> 24 == NOT_PROBED) {
                cells.remove(key);
            } else {
                cells.put(key, cell.code);
            }
        }
        return told;
    }

    private void block(ByteBuffer in, List<Told> told) {
        int source = u16(in);
        int forms = u16(in);
        long age = in.getInt() & 0xFFFF_FFFFL;
        if (age != RowBlock.NOT_TOLD) {
            ages.put(source, age);
        }
        int count = u16(in);
        if (count == 0) {
            return;
        }
        int others = u16(in);
        int usual = (in.get() & 0xff) << 24 | (in.get() & 0xff) << 16;
        int[] destinations = new int[count];
        if ((forms & RowBlock.BITMAP) == 0) {
            for (int i = 0; i < count; i++) {
                destinations[i] = u16(in);
            }
        } else {
            byte[] bits = new byte[u16(in)];
            in.get(bits);
            int[] set = BitSet.valueOf(bits).stream().toArray();
            require(set.length == count, "the bits");
            destinations = set;
        }
        int[] codes = new int[count];
        if ((forms & RowBlock.COLUMNS) == 0) {
            Arrays.fill(codes, usual);
            for (int i = 0; i < others; i++) {
                codes[u16(in)] = (in.get() & 0xff) << 24 | (in.get() & 0xff) << 16;
            }
        } else {
            for (int i = 0; i < count; i++) {
                codes[i] = (in.get() & 0xff) << 24;
            }
            for (int i = 0; i < count; i++) {
                codes[i] |= (in.get() & 0xff) << 16;
            }
        }
        for (int i = 0; i < count; i++) {
            told.add(new Told(source, destinations[i], codes[i] | u16(in)));
        }
    }

    private static int u16(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    private static void require(boolean held, String what) {
        if (!held) {
            throw new IllegalStateException(what + " is not as docs/stream.md says");
        }
    }
}
