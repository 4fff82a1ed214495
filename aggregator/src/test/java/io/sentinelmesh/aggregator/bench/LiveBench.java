package io.sentinelmesh.aggregator.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.Deflater;

import io.sentinelmesh.aggregator.stream.StreamDecoder;
import io.vertx.core.Vertx;

/** {@code LiveBench PORT PID AGENTS SECONDS}: loads the aggregator there and prints what scripts/bench live tells. */
final class LiveBench {

    private static final int EVERY_SECONDS = 10;
    private static final int SNAPSHOTS = 7;
    /** Of the rows that were sent, the browser must have seen so many. */
    private static final double LEAST_SHARE = 0.99;

    private LiveBench() {
    }

    /** The destination whose delay is the number of the turn. */
    static int marked(int source, int nodes) {
        return (source + 1) % nodes;
    }

    public static void main(String[] arguments) {
        try {
            measure(arguments);
            System.exit(0);
        } catch (Exception failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    private static void measure(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        Path status = Path.of("/proc", arguments[1], "status");
        int count = Integer.parseInt(arguments[2]);
        int seconds = Integer.parseInt(arguments[3]);
        Vertx vertx = Vertx.vertx();
        LiveLoad load = new WanLoad(count);
        BenchAgents agents = new BenchAgents(load);
        double before = megabytes(status, "VmRSS");
        agents.join(vertx, port);
        say("%d agents joined; RSS %.0f MB", count, megabytes(status, "VmRSS"));
        Watch watch = new Watch(vertx, port);
        Watch.Reader reader = watch.new Reader(agents, count);
        // The first turn fills the matrix, the second is as all that follow.
        long _ = run(agents, count, 0, 2 * EVERY_SECONDS);
        // Until its last rows have come: they must not stand for later ones that do not.
        Thread.sleep(2_000);
        reader.forgetFigures();
        long sent = run(agents, count, 2 * EVERY_SECONDS, seconds);
        Thread.sleep(2_000);
        if (reader.samples() < LEAST_SHARE * sent) {
            throw new IllegalStateException(
                    "of " + sent + " rows only " + reader.samples() + " came to the browser");
        }
        double underLoad = megabytes(status, "VmRSS");
        int expected = count * (count - 1);
        if (reader.cells() != expected) {
            throw new IllegalStateException("the watcher has " + reader.cells() + " of " + expected + " cells");
        }
        double[] millis = new double[SNAPSHOTS];
        byte[] snapshot = new byte[0];
        for (int i = 0; i < SNAPSHOTS; i++) {
            // Another tick, another snapshot: none is handed out that was made for somebody else.
            agents.live(0, 240 + i);
            Thread.sleep(600);
            Watch.Snapshot taken = watch.snapshot();
            millis[i] = taken.millis();
            snapshot = taken.bytes();
        }
        Arrays.sort(millis);
        StreamDecoder decoder = new StreamDecoder();
        decoder.apply(ByteBuffer.wrap(snapshot));
        if (decoder.cells.size() != expected) {
            throw new IllegalStateException("the snapshot has " + decoder.cells.size() + " of " + expected + " cells");
        }
        int[] deflated = deflated(snapshot);
        double rss = Math.max(underLoad, megabytes(status, "VmRSS"));
        System.out.printf(Locale.ROOT, "{\"snapshot_bytes\": %d, \"snapshot_ms\": %.1f, \"snapshot_ms_max\": %.1f, "
                + "\"rss_mb\": %.0f, \"rss_mb_peak\": %.0f, \"rss_mb_empty\": %.0f, \"pairs\": %d, "
                + "\"sample_to_browser_p50_ms\": %.1f, \"sample_to_browser_p99_ms\": %.1f, \"samples\": %d, "
                + "\"samples_sent\": %d, "
                + "\"bytes_per_delta\": %.0f, \"deflated_bytes\": %d, \"deflate_ms\": %d}%n", snapshot.length,
                millis[SNAPSHOTS / 2], millis[SNAPSHOTS - 1], rss, megabytes(status, "VmHWM"), before, expected,
                reader.quantile(0.5), reader.quantile(0.99), reader.samples(), sent,
                reader.bytesPerMessage(),
                deflated[0], deflated[1]);
    }

    /**
     * Every agent's row every ten seconds, evenly spread.
     *
     * @return rows that were to be sent
     */
    private static long run(BenchAgents agents, int count, int fromSecond, int seconds) throws InterruptedException {
        long gap = EVERY_SECONDS * 1_000_000_000L / count;
        long start = System.nanoTime();
        long rows = (long) seconds * count / EVERY_SECONDS;
        for (long i = 0; i < rows; i++) {
            agents.live((int) (i % count), fromSecond / EVERY_SECONDS + (int) (i / count));
            long wait = start + (i + 1) * gap - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
            }
        }
        say("%d rows in %.1f s", rows, (System.nanoTime() - start) / 1e9);
        return rows;
    }

    /** Bytes and milliseconds of what the layout leaves undone. */
    private static int[] deflated(byte[] snapshot) {
        long began = System.nanoTime();
        Deflater deflater = new Deflater(1, true);
        deflater.setInput(snapshot);
        deflater.finish();
        int bytes = deflater.deflate(new byte[snapshot.length + 1_000]);
        deflater.end();
        return new int[]{bytes, (int) ((System.nanoTime() - began) / 1_000_000)};
    }

    private static double megabytes(Path status, String line) throws IOException {
        return Files.readAllLines(status).stream().filter(each -> each.startsWith(line + ":"))
                .mapToDouble(each -> Double.parseDouble(each.replaceAll("\\D", "")) / 1_024).findFirst().orElseThrow();
    }

    private static void say(String format, Object... values) {
        System.err.printf(Locale.ROOT, "  " + format + "%n", values);
    }
}
