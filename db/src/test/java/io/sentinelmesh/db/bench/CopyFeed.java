package io.sentinelmesh.db.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Random;

/**
 * Rows in COPY's binary form: base 2 to 80 ms, log-normal variation with a median of 500 us (sigma 1), 0.1 % loss. The figures repeat after one round
 * of ten sources, times and keys do not.
 */
final class CopyFeed {

    static final int ROWS_PER_COPY = 100_000;
    private static final int NODES = 1_000;
    private static final int PACKETS = 10;
    /** PostgreSQL counts from 2000-01-01. */
    private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;
    private static final byte[] COPY_SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};

    private static final int ROW_BYTES = 2 + 11 * 4 + 8 + 4 + 4 + 2 + 2 + 2 + 5 * 4;
    private final int[][] figures = figures();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(ROWS_PER_COPY * ROW_BYTES + 32);
    private long row;

    private static int[][] figures() {
        Random random = new Random(1);
        int[][] figures = new int[10 * NODES][];
        for (int i = 0; i < figures.length; i++) {
            int base = 2_000 + random.nextInt(78_000);
            int received = (int) random.ints(PACKETS, 0, 1_000).filter(packet -> packet > 0).count();
            int[] delays = random.doubles(received).map(_ -> base + 500 * Math.exp(random.nextGaussian()))
                    .mapToInt(delay -> (int) delay).sorted().toArray();
            figures[i] = new int[]{received, delays[0], delays[received / 4], delays[received / 2],
                    delays[received * 3 / 4], delays[received - 1]};
        }
        return figures;
    }

    InputStream next() throws IOException {
        bytes.reset();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(COPY_SIGNATURE);
        out.writeInt(0);
        out.writeInt(0);
        long begin = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000 - POSTGRES_EPOCH_MICROS;
        for (int i = 0; i < ROWS_PER_COPY; i++, row++) {
            int[] figure = figures[(int) (row % figures.length)];
            out.writeShort(11);
            out.writeInt(8);
            out.writeLong(begin + row / (NODES * NODES) * 10_000_000);
            integer(out, (int) (row / NODES % NODES));
            integer(out, (int) (row % NODES));
            small(out, 1);
            small(out, PACKETS);
            small(out, figure[0]);
            for (int delay = 1; delay < figure.length; delay++) {
                integer(out, figure[delay]);
            }
        }
        out.writeShort(-1);
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static void integer(DataOutputStream out, int value) throws IOException {
        out.writeInt(4);
        out.writeInt(value);
    }

    private static void small(DataOutputStream out, int value) throws IOException {
        out.writeInt(2);
        out.writeShort(value);
    }
}
