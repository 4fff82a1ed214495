package io.sentinelmesh.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import com.github.luben.zstd.Zstd;

import io.sentinelmesh.wire.WireFormatException.Problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Whatever the bytes: a frame or a refusal, and a frame that was taken can be passed on. */
class DecoderPropertiesTest {

    private static final List<byte[]> SAMPLES = SampleFrames.byName().values().stream().map(FrameCodec::encode)
            .toList();
    private static final int LONGEST_MESSAGE = 300;

    @Property
    void random_bytes_are_refused(@ForAll @Size(max = 300) byte[] bytes) {
        takenOrRefused(bytes);
    }

    @Property
    void random_content_is_a_frame_or_refused(@ForAll @Size(max = 300) byte[] content, @ForAll boolean compressed) {
        takenOrRefused(compressed ? Wrapped.compressed(content) : Wrapped.plain(content));
    }

    @Test
    void a_frame_cut_short_anywhere_is_refused() {
        for (byte[] sample : SAMPLES) {
            for (int length = 0; length < sample.length; length++) {
                byte[] cut = Arrays.copyOf(sample, length);
                assertThat(refusal(cut).problem()).isEqualTo(Problem.TRUNCATED);
            }
        }
    }

    @Test
    void content_cut_short_anywhere_is_a_frame_or_refused() {
        for (byte[] sample : SAMPLES) {
            byte[] content = Packing.unpack(sample);
            for (int length = 0; length < content.length; length++) {
                takenOrRefused(Wrapped.plain(Arrays.copyOf(content, length)));
            }
        }
    }

    @Test
    void a_frame_with_any_bit_flipped_is_a_frame_or_refused() {
        for (byte[] sample : SAMPLES) {
            for (int bit = 0; bit < sample.length * Byte.SIZE; bit += step(sample)) {
                takenOrRefused(flipped(sample, bit));
            }
        }
    }

    @Test
    void content_with_any_bit_flipped_is_a_frame_or_refused() {
        for (byte[] sample : SAMPLES) {
            byte[] content = Packing.unpack(sample);
            for (int bit = 0; bit < content.length * Byte.SIZE; bit += step(content)) {
                takenOrRefused(Wrapped.plain(flipped(content, bit)));
            }
        }
    }

    @Property
    void content_with_pieces_overwritten_is_a_frame_or_refused(@ForAll("samples") int sample, @ForAll long seed) {
        byte[] content = Packing.unpack(SAMPLES.get(sample));
        Random random = new Random(seed);
        for (int i = random.nextInt(8); i >= 0; i--) {
            int from = random.nextInt(content.length);
            int to = Math.min(content.length, from + 1 + random.nextInt(10));
            if (random.nextBoolean()) {
                // A varint as long as they come.
                Arrays.fill(content, from, to, (byte) 0xff);
            } else {
                System.arraycopy(content, random.nextInt(content.length - (to - from) + 1), content, from, to - from);
            }
        }

        takenOrRefused(Wrapped.plain(content));
    }

    @Property
    void any_announced_length_but_the_true_one_is_refused(@ForAll("samples") int sample, @ForAll int length) {
        byte[] frame = SAMPLES.get(sample).clone();
        int truth = Wrapped.announcedLength(frame);
        Wrapped.announce(length, frame);

        if (length != truth) {
            refusal(frame);
        }
    }

    @Provide
    Arbitrary<Integer> samples() {
        return Arbitraries.integers().between(0, SAMPLES.size() - 1);
    }

    private static void takenOrRefused(byte[] bytes) {
        Frame frame;
        try {
            frame = FrameCodec.decode(bytes);
        } catch (WireFormatException refused) {
            assertClear(refused);
            return;
        }
        assertThat(FrameCodec.decode(FrameCodec.encode(frame))).isEqualTo(frame);
    }

    private static WireFormatException refusal(byte[] bytes) {
        try {
            return fail("taken: " + FrameCodec.decode(bytes));
        } catch (WireFormatException refused) {
            assertClear(refused);
            return refused;
        }
    }

    private static void assertClear(WireFormatException refused) {
        assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(LONGEST_MESSAGE)
                .doesNotContainPattern("\\p{Cntrl}")
                .doesNotContain("null");
    }

    /** Every bit of a small frame; of a large one, most of which is delays, enough to meet each place within a byte. */
    private static int step(byte[] bytes) {
        return bytes.length < 500 ? 1 : 11;
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return flipped;
    }

    @Test
    void a_wrapped_content_is_one_that_is_read() {
        byte[] content = Packing.unpack(SAMPLES.getFirst());

        assertThat(Packing.unpack(Wrapped.plain(content))).isEqualTo(content);
        assertThat(Packing.unpack(Wrapped.compressed(content))).isEqualTo(content);
        assertThat(Zstd.getFrameContentSize(Zstd.compress(content))).isEqualTo(content.length);
    }
}
