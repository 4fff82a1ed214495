package io.sentinelmesh.wire;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FormatRangeTest {

    @Test
    void two_ends_agree_on_the_newest_version_that_both_speak() {
        assertThat(new FormatRange(1, 3).agreed(new FormatRange(2, 5))).hasValue(3);
        assertThat(new FormatRange(2, 5).agreed(new FormatRange(1, 3))).hasValue(3);
        assertThat(new FormatRange(1, 1).agreed(new FormatRange(1, 4))).hasValue(1);
    }

    @Test
    void ranges_that_do_not_overlap_agree_on_nothing() {
        assertThat(new FormatRange(1, 2).agreed(new FormatRange(3, 4))).isEmpty();
        assertThat(new FormatRange(3, 4).agreed(new FormatRange(1, 2))).isEmpty();
        assertThat(new FormatRange(1, 2).isBefore(new FormatRange(3, 4))).isTrue();
        assertThat(new FormatRange(3, 4).isBefore(new FormatRange(1, 2))).isFalse();
        assertThat(new FormatRange(1, 2).isBefore(new FormatRange(2, 4))).isFalse();
    }

    @Test
    void a_version_beyond_what_31_bits_say_is_a_new_one_and_not_a_negative_one() {
        assertThat(new FormatRange(-2, -1).agreed(FrameCodec.FORMATS)).isEmpty();
        assertThat(FrameCodec.FORMATS.isBefore(new FormatRange(-2, -1))).isTrue();
        assertThat(new FormatRange(1, -1).agreed(FrameCodec.FORMATS)).hasValue(FrameCodec.FORMAT_VERSION);
    }

    @Test
    void a_range_that_ends_before_it_begins_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FormatRange(2, 1)).withMessageContaining("newer");
    }
}
