package io.sentinelmesh.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RefusalCount;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.measurement.RoundTripDelays;

import static io.sentinelmesh.wire.SampleFrames.AGENT;
import static io.sentinelmesh.wire.SampleFrames.BOOT;
import static io.sentinelmesh.wire.SampleFrames.NOON;
import static io.sentinelmesh.wire.SampleFrames.ROUND;
import static io.sentinelmesh.wire.SampleFrames.node;
import static org.assertj.core.api.Assertions.assertThat;

/** FORMAT.md is what readers in other languages are written from, so it has to be true. */
class FormatDocumentTest {

    private static final Path FORMAT = Path.of("FORMAT.md");

    @Test
    void the_example_is_the_frame_it_describes() throws IOException {
        byte[] example = example(Files.readString(FORMAT));

        assertThat(FrameCodec.decode(example)).isEqualTo(described());
        assertThat(FrameCodec.encode(described())).isEqualTo(example);
    }

    @Test
    void the_limits_are_those_of_the_code() throws IOException {
        String limits = Files.readString(FORMAT).split("## Limits")[1].split("## What may change")[0];

        for (int limit : new int[]{FrameCodec.MAX_FRAME_BYTES, FrameSequence.MAX_BYTES, FrameSequence.MAX_FRAMES,
                FrameLimits.MAX_CONTENT_BYTES, FrameLimits.MAX_FIELDS,
                FrameLimits.MAX_PACKED_NUMBERS, FrameLimits.MAX_ROWS, FrameLimits.MAX_NODES, FrameLimits.MAX_OFFENDERS,
                FrameLimits.MAX_CELLS, FrameLimits.MAX_DELAYS, FrameLimits.MAX_REFUSALS,
                FrameLimits.MAX_PACKETS_PER_CELL, FrameLimits.MAX_TEXT_LENGTH, FrameLimits.MAX_SETTINGS_LENGTH,
                FrameLimits.MAX_PINNED, FrameLimits.MAX_METRICS,
                FrameLimits.MAX_METRIC_TEXTS, FrameLimits.MAX_IMPAIRMENTS, HostMetric.MAX_LABELS,
                FrameLimits.MAX_TRACES, PathTrace.MOST_HOPS,
                MetricValue.Histogram.MAX_BOUNDS}) {
            assertThat(limits).contains(String.format(Locale.ROOT, "| %,d", limit));
        }
    }

    private static byte[] example(String document) {
        String hex = document.split("```hex\n")[1].split("```")[0];
        return HexFormat.of().parseHex(hex.replaceAll("#.*", "").replaceAll("\\s", ""));
    }

    private static Frame.Batch described() {
        PairResult refusedOnce = new PairResult(node(3), 3, RoundTripDelays.ofMicros(1_024),
                List.of(new RefusalCount(RefusalReason.HOST_UNREACHABLE, InetAddress.ofLiteral("192.0.2.1"), 1)), 0,
                0);
        MatrixRow first = new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON, ROUND,
                List.of(PairResult.of(node(2), 3, 300, 301, 514), refusedOnce));
        MatrixRow second = new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON.plus(ROUND), ROUND,
                List.of(PairResult.of(node(2), 3, 298, 300, 300)));
        return new Frame.Batch(AGENT, BOOT, 7, NOON.plusSeconds(21), List.of(), List.of(first, second), 0);
    }
}
