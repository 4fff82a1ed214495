package io.sentinelmesh.wire;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.wire.WireFormatException.Problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FrameSequenceTest {

    @Test
    void frames_come_out_as_they_went_in() {
        byte[] one = FrameCodec.encode(new Frame.Credit(8));
        byte[] two = FrameCodec.encode(SampleFrames.largeBatch());

        assertThat(FrameSequence.split(FrameSequence.join(List.of(one, two)))).containsExactly(one, two);
        assertThat(FrameSequence.split(FrameSequence.join(List.of()))).isEmpty();
    }

    @Test
    void a_length_is_four_bytes_the_highest_first() {
        assertThat(FrameSequence.join(List.of(new byte[258]))).startsWith(0, 0, 1, 2);
    }

    @Test
    void a_body_that_ends_too_early_is_refused() {
        byte[] body = FrameSequence.join(List.of(FrameCodec.encode(new Frame.Credit(8))));

        for (int length = 1; length < body.length; length++) {
            assertRefused(java.util.Arrays.copyOf(body, length), Problem.TRUNCATED);
        }
    }

    @Test
    void more_than_a_body_may_hold_is_refused_before_memory_is_taken_for_it() {
        assertRefused(new byte[]{-1, -1, -1, -1, 0}, Problem.TOO_LARGE);
        assertRefused(new byte[]{0, 16, 0, 1, 0}, Problem.TOO_LARGE);
        assertRefused(new byte[FrameSequence.LENGTH_BYTES * (FrameSequence.MAX_FRAMES + 1)], Problem.TOO_LARGE);
        assertRefused(new byte[FrameSequence.MAX_BYTES + 1], Problem.TOO_LARGE);
        assertThatExceptionOfType(WireFormatException.class).isThrownBy(
                () -> FrameSequence.join(Collections.nCopies(FrameSequence.MAX_FRAMES + 1, new byte[0])));
        assertThat(FrameSequence.split(FrameSequence.join(
                Collections.nCopies(FrameSequence.MAX_FRAMES, new byte[0])))).hasSize(FrameSequence.MAX_FRAMES);
    }

    private static void assertRefused(byte[] body, Problem problem) {
        assertThatExceptionOfType(WireFormatException.class).isThrownBy(() -> FrameSequence.split(body))
                .satisfies(refused -> assertThat(refused.problem()).isEqualTo(problem));
    }
}
