package io.sentinelmesh.measurement;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DelayCodeTest {

    @Test
    void delays_below_512_microseconds_are_exact() {
        for (int micros = 0; micros < 512; micros++) {
            assertThat(DelayCode.decode(DelayCode.encode(micros))).isEqualTo(micros);
        }
    }

    @Test
    void every_code_stands_for_a_longer_delay_than_the_one_before_and_is_the_code_of_that_delay() {
        int before = -1;
        for (int code = 0; code <= DelayCode.MAX_CODE; code++) {
            int micros = DelayCode.decode(code);

            assertThat(micros).isGreaterThan(before);
            assertThat(DelayCode.encode(micros)).isEqualTo(code);
            before = micros;
        }
    }

    @Test
    void the_code_follows_the_formula_that_readers_in_other_languages_use() {
        assertThat(DelayCode.decode(256)).isEqualTo(256);
        assertThat(DelayCode.decode(512)).isEqualTo(512);
        assertThat(DelayCode.decode(513)).isEqualTo(514);
        assertThat(DelayCode.decode(767)).isEqualTo((256 + 255) * 2);
        assertThat(DelayCode.decode(768)).isEqualTo(1_024);
        assertThat(DelayCode.decode(DelayCode.MAX_CODE)).isEqualTo((256 + 255) << 22);
    }

    @Test
    void the_nearest_code_is_taken_and_the_longer_one_in_the_middle() {
        assertThat(DelayCode.encode(1_025)).isEqualTo(768);
        assertThat(DelayCode.encode(1_026)).isEqualTo(769);
        assertThat(DelayCode.encode(1_027)).isEqualTo(769);
        // Up to the first code of the next power of two.
        assertThat(DelayCode.encode(1_023)).isEqualTo(768);
    }

    @Property
    void the_error_is_at_most_one_part_in_512(@ForAll @IntRange(max = Integer.MAX_VALUE) int micros) {
        long error = Math.abs((long) DelayCode.decode(DelayCode.encode(micros)) - micros);

        assertThat(error).isLessThanOrEqualTo(micros / DelayCode.ERROR_DIVISOR);
    }

    @Property
    void a_longer_delay_never_has_a_lower_code(@ForAll @IntRange(max = Integer.MAX_VALUE) int one,
            @ForAll @IntRange(max = Integer.MAX_VALUE) int other) {
        int shorter = Math.min(one, other);
        int longer = Math.max(one, other);

        assertThat(DelayCode.encode(shorter)).isLessThanOrEqualTo(DelayCode.encode(longer));
    }

    @Test
    void the_longest_delay_there_is_has_the_highest_code() {
        assertThat(DelayCode.encode(Integer.MAX_VALUE)).isEqualTo(DelayCode.MAX_CODE);
    }

    @Test
    void what_is_no_delay_or_no_code_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> DelayCode.encode(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> DelayCode.decode(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> DelayCode.decode(DelayCode.MAX_CODE + 1));
    }
}
