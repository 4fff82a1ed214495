package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;

/** Measures what scripts/bench.d/spool tells of. Arguments: write FOLDER SECONDS BYTES, plain FOLDER BYTES, or recover FOLDER. */
final class SpoolBench {

    private static final int DESTINATIONS = 1_000;
    private static final long SEED = 1;
    private static final int ROWS_IN_STOCK = 48;
    private static final int MOST_INBOUND = 30;
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private SpoolBench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "write" -> write(folder, Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
            case "plain" -> plain(folder, Long.parseLong(arguments[2]));
            case "recover" -> recover(folder);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static List<MatrixRow> stock() {
        WanModel model = new WanModel(DESTINATIONS);
        return Stream.generate(() -> model.row(Instant.EPOCH)).limit(ROWS_IN_STOCK).toList();
    }

    private static Spool open(Path folder) {
        return Spool.open(folder, SpoolSettings.of(1L << 34, Duration.ofDays(7)), Rounds.SELF, UUID.randomUUID(),
                Spool.Company.NONE, Clock.systemUTC());
    }

    /** Prints results made durable, seconds, bytes on disk, and how many results are in the spool at the end. */
    private static void write(Path folder, int seconds, long untilBytes) throws Exception {
        List<MatrixRow> stock = stock();
        Spool spool = open(folder);
        int next = 0;
        long begin = System.nanoTime();
        long measureFrom = begin + WARM_UP.toNanos();
        long measureTo = measureFrom + Duration.ofSeconds(seconds).toNanos();
        long rowsBefore = -1;
        long rowsAfter = -1;
        long from = 0;
        long to = 0;
        long bytes = 0;
        while (rowsAfter < 0 || bytes < untilBytes) {
            while (spool.inboundRows() > MOST_INBOUND) {
                LockSupport.parkNanos(50_000);
            }
            spool.add(stock.get(next++ % stock.size()));
            long now = System.nanoTime();
            if (rowsBefore < 0 && now >= measureFrom) {
                rowsBefore = spool.durableRows();
                from = now;
            } else if (rowsBefore >= 0 && rowsAfter < 0 && now >= measureTo) {
                rowsAfter = spool.durableRows();
                to = now;
            }
            if (next % 200 == 0) {
                bytes = bytesIn(folder);
            }
        }
        SpoolBalance balance = spool.balance();
        if (!balance.dropped().total().isZero()) {
            throw new AssertionError("rows were dropped: " + balance);
        }
        checkReadBack(spool, stock);
        spool.close();
        System.out.printf("%d %.3f %d %d%n", (rowsAfter - rowsBefore) * DESTINATIONS, (to - from) / 1e9,
                bytesIn(folder), spool.balance().made().results());
    }

    private static void checkReadBack(Spool spool, List<MatrixRow> stock) {
        CompletableFuture<Outgoing> first = new CompletableFuture<>();
        spool.next(1, true, batch -> first.complete(batch.orElseThrow()));
        Frame.Batch read = (Frame.Batch) FrameCodec.decode(first.join().frame());
        for (int row = 0; row < read.rows().size(); row++) {
            WanModel.compare(stock.get(row), read.rows().get(row));
        }
    }

    private static long bytesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** The limit of the disk: the same bytes in the same groups, each made durable, from memory. Prints the seconds. */
    private static void plain(Path folder, long bytes) throws IOException {
        byte[] group = new byte[(int) Backlog.SYNC_BYTES];
        new Random(SEED).nextBytes(group);
        Path file = folder.resolve("plain");
        long begin = System.nanoTime();
        try (FileChannel to = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long written = 0; written < bytes; written += group.length) {
                ByteBuffer from = ByteBuffer.wrap(group);
                while (from.hasRemaining()) {
                    to.write(from);
                }
                to.force(false);
            }
        }
        System.out.printf("%.3f%n", (System.nanoTime() - begin) / 1e9);
        Files.delete(file);
    }

    /** Until the first batch could be sent. Prints the seconds, and the results that were found. */
    private static void recover(Path folder) {
        long begin = System.nanoTime();
        Spool spool = open(folder);
        CompletableFuture<Void> ready = new CompletableFuture<>();
        spool.next(1, true, batch -> {
            batch.orElseThrow();
            ready.complete(null);
        });
        ready.join();
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf("%.3f %d%n", seconds, spool.balance().waiting().results());
        spool.close();
    }
}
