package io.sentinelmesh.wire;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.WireFormatException.Problem;

import static io.sentinelmesh.wire.SampleFrames.AGENT;
import static io.sentinelmesh.wire.SampleFrames.BOOT;
import static io.sentinelmesh.wire.SampleFrames.NOON;
import static io.sentinelmesh.wire.SampleFrames.ROUND;
import static io.sentinelmesh.wire.SampleFrames.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FrameCodecTest {

    static Stream<Frame> frames() {
        return SampleFrames.byName().values().stream();
    }

    @ParameterizedTest
    @MethodSource("frames")
    void a_frame_is_read_as_it_was_written(Frame frame) {
        byte[] bytes = FrameCodec.encode(frame);

        assertThat(FrameCodec.decode(bytes)).isEqualTo(frame);
    }

    @Test
    void there_is_a_sample_of_every_kind_of_frame() {
        assertThat(frames().map(Object::getClass)).contains(Frame.class.getPermittedSubclasses());
    }

    @Test
    void times_keep_whole_microseconds() {
        Frame ping = new Frame.Ping(1, NOON.plusNanos(1_999));

        assertThat(FrameCodec.decode(FrameCodec.encode(ping))).isEqualTo(new Frame.Ping(1, NOON.plusNanos(1_000)));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1_000_001, -1_000_000, -1, 0, 1, Long.MAX_VALUE})
    void every_time_that_can_be_read_can_be_written(long micros) {
        assertThat(Scalars.micros(Scalars.instant(micros))).isEqualTo(micros);
    }

    @Test
    void a_node_says_where_its_reflector_answers() {
        MeshNode node = new MeshNode(node(3), MeshNode.Role.AGENT, "lyon", "lyon", "192.0.2.3", 18_620);
        Frame.Config config = new Frame.Config(1, ROUND, 10, List.of(node));

        assertThat(FrameCodec.decode(FrameCodec.encode(config))).isEqualTo(config);
    }

    @Test
    void delays_keep_what_their_code_keeps() {
        Frame.Batch batch = batchOf(PairResult.of(node(2), 2, 0, 1_000_003));

        assertThat(FrameCodec.decode(FrameCodec.encode(batch)))
                .isEqualTo(batchOf(PairResult.of(node(2), 2, 0, 999_424)));
    }

    @Test
    void a_time_that_64_bits_of_microseconds_cannot_say_is_not_sent() {
        assertThatExceptionOfType(WireFormatException.class)
                .isThrownBy(() -> FrameCodec.encode(new Frame.Ping(1, Instant.MAX)))
                .satisfies(refused -> assertThat(refused.problem()).isEqualTo(Problem.INVALID_CONTENT))
                .withMessageContaining("Ping");
    }

    @Test
    void a_text_that_is_too_long_is_not_sent() {
        assertTooLarge(new Frame.Goodbye("x".repeat(FrameLimits.MAX_TEXT_LENGTH + 1)), "1025 characters in reason");
    }

    @Test
    void a_batch_of_too_many_rows_is_not_sent() {
        MatrixRow row = new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON, ROUND, List.of());

        assertTooLarge(batchOf(Collections.nCopies(FrameLimits.MAX_ROWS + 1, row)), "1025 rows, at most 1024");
    }

    @Test
    void a_cell_of_too_many_packets_is_not_sent() {
        assertTooLarge(batchOf(PairResult.of(node(2), FrameLimits.MAX_PACKETS_PER_CELL + 1)),
                "65536 packets sent in one cell");
    }

    @Test
    void a_batch_of_too_many_cells_is_not_sent() {
        MatrixRow row = new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON, ROUND,
                Collections.nCopies(1_000, PairResult.of(node(2), 1)));

        assertTooLarge(batchOf(Collections.nCopies(66, row)), "66000 cells, at most 65536");
    }

    @Test
    void a_batch_at_the_limits_is_sent_and_read() {
        MatrixRow row = new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON, ROUND,
                Collections.nCopies(64, PairResult.of(node(2), 16, new int[16])));
        Frame.Batch batch = batchOf(Collections.nCopies(FrameLimits.MAX_ROWS, row));

        assertThat(FrameCodec.decode(FrameCodec.encode(batch))).isEqualTo(batch);
    }

    @Test
    void a_batch_that_does_not_fit_a_frame_is_not_sent() {
        Random random = new Random(1);
        Supplier<PairResult> widelySpread = () -> PairResult.of(node(2), 16,
                random.ints(16, 0, Integer.MAX_VALUE).toArray());
        MatrixRow row = new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON, ROUND,
                Stream.generate(widelySpread).limit(FrameLimits.MAX_CELLS).toList());

        assertTooLarge(batchOf(List.of(row)), "bytes of frame, at most 1048576");
    }

    private static void assertTooLarge(Frame frame, String message) {
        assertThatExceptionOfType(WireFormatException.class).isThrownBy(() -> FrameCodec.encode(frame))
                .satisfies(refused -> assertThat(refused.problem()).isEqualTo(Problem.TOO_LARGE))
                .withMessageContaining(message);
    }

    private static Frame.Batch batchOf(PairResult result) {
        return batchOf(List.of(new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON, ROUND, List.of(result))));
    }

    private static Frame.Batch batchOf(List<MatrixRow> rows) {
        return new Frame.Batch(AGENT, BOOT, 1, NOON, List.of(), rows, 0);
    }
}
