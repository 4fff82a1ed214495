package io.sentinelmesh.agent.spool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;

/**
 * How many bytes a result takes on the link: rounds of the WAN model go, ten seconds apart by a clock that is moved, through the spool's files
 * and its batches. Arguments: FOLDER DESTINATIONS AGENTS ROUNDS; so many of the destinations are agents, the others endpoints. Prints bytes with framing, bytes of frames alone,
 * results, batches, and what gzip makes of the same numbers as text and as eight-byte numbers.
 */
final class ForwardingBench {

    /** RFC 6455, 5.2: a client's frame of 64 KiB and more has 2 + 8 + 4 bytes before it, of 126 and more 2 + 2 + 4. */
    private static final int LONG_FRAME = 65_536;
    private static final int LONG_FRAME_HEADER = 14;
    private static final int FRAME_HEADER = 8;
    /** RFC 8446, 5.2: 5 bytes of header, 1 of content type and 16 of tag for each 2^14 bytes. */
    private static final int TLS_RECORD = 16_384;
    private static final int TLS_RECORD_OVERHEAD = 22;

    private final SpoolRig rig;
    private final Deque<MatrixRow> waiting = new ArrayDeque<>();
    private long frames;
    private long bytes;
    private long framedBytes;
    private long results;

    private ForwardingBench(Path folder) {
        rig = new SpoolRig(folder, SpoolSettings.DEFAULT);
    }

    public static void main(String[] arguments) throws IOException {
        WanModel model = new WanModel(Integer.parseInt(arguments[1]));
        List<MeshNode> endpoints = model.endpoints(Integer.parseInt(arguments[2]));
        ForwardingBench bench = new ForwardingBench(Path.of(arguments[0]));
        List<MatrixRow> rows = new ArrayList<>();
        for (int round = 0; round < Integer.parseInt(arguments[3]); round++) {
            MatrixRow row = model.row(Rounds.START);
            rows.add(row);
            bench.add(row, endpoints);
        }
        bench.rig.pass(BatchLabels.LINGER);
        bench.send();
        if (!bench.waiting.isEmpty()) {
            throw new AssertionError(bench.waiting.size() + " rounds were not sent");
        }
        System.out.printf("%d %d %d %d %d %d%n", bench.framedBytes, bench.bytes, bench.results, bench.frames,
                gzip(text(rows)), gzip(doubles(rows)));
    }

    private void add(MatrixRow row, List<MeshNode> endpoints) {
        waiting.add(row);
        rig.add(row, endpoints);
        rig.backlog.sync();
        send();
        rig.pass(WanModel.ROUND);
        // The spool's timer is set to when a batch has waited long enough: that is before the next round is finished.
        send();
    }

    private void send() {
        for (Optional<Outgoing> next = rig.next(); next.isPresent(); next = rig.next()) {
            byte[] frame = next.get().frame();
            Frame.Batch read = (Frame.Batch) FrameCodec.decode(frame);
            for (MatrixRow row : read.rows()) {
                WanModel.compare(waiting.remove(), row);
                results += row.results().size();
            }
            frames++;
            bytes += frame.length;
            int message = frame.length + (frame.length < LONG_FRAME ? FRAME_HEADER : LONG_FRAME_HEADER);
            framedBytes += message + (long) TLS_RECORD_OVERHEAD * Math.ceilDiv(message, TLS_RECORD);
            rig.acknowledge(next.get());
        }
    }

    /** Microseconds, one result to a line. */
    private static byte[] text(List<MatrixRow> rows) {
        StringBuilder text = new StringBuilder();
        for (MatrixRow row : rows) {
            for (PairResult result : row.results()) {
                for (int i = 0; i < result.received(); i++) {
                    text.append(result.delays().micros(i)).append(' ');
                }
                text.append('\n');
            }
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Milliseconds. */
    private static byte[] doubles(List<MatrixRow> rows) {
        ByteBuffer numbers = ByteBuffer
                .allocate(rows.stream().mapToInt(row -> row.results().size()).sum() * WanModel.PACKETS * Double.BYTES);
        rows.forEach(row -> row.results().forEach(result -> {
            for (int i = 0; i < result.received(); i++) {
                numbers.putDouble(result.delays().micros(i) / 1e3);
            }
        }));
        return java.util.Arrays.copyOf(numbers.array(), numbers.position());
    }

    private static int gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.size();
    }
}
