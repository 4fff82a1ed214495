package io.sentinelmesh.probe.udp;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ExpectationTest {

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_pattern_is_found_anywhere_and_across_lines() {
        Expectation pong = Expectation.parse("po.g");

        assertThat(pong.isMetBy(text("a pong b"))).isTrue();
        assertThat(pong.isMetBy(text("po\ng"))).isTrue();
        assertThat(pong.isMetBy(text("ping"))).isFalse();
    }

    /** The thread that hears the answer sends the requests, too. */
    @Test
    @Timeout(10)
    void an_expression_that_takes_ages_on_an_answer_is_not_met() {
        assertThat(Expectation.parse("(a+)+b").isMetBy(text("a".repeat(5_000)))).isFalse();
    }

    @Test
    void bytes_stand_at_the_beginning() {
        Expectation bytes = Expectation.parse("0x00ff");

        assertThat(bytes.isMetBy(new byte[]{0, -1, 5})).isTrue();
        assertThat(bytes.isMetBy(new byte[]{0})).isFalse();
        assertThat(bytes.isMetBy(new byte[]{5, 0, -1})).isFalse();
    }

    @Test
    void what_is_neither_is_refused_with_what_would_do() {
        assertThatThrownBy(() -> Expectation.parse("(")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a regular expression");
        assertThatThrownBy(() -> Expectation.parse("0x123")).hasMessageContaining("even number of hexadecimal digits");
    }

    @Test
    void payloads_are_text_or_bytes_and_shown_as_what_they_are() {
        assertThat(Payloads.parse("0x0aFF")).containsExactly(10, -1);
        assertThat(Payloads.parse("hé")).isEqualTo(text("hé"));
        assertThat(Payloads.show(text("pong"))).isEqualTo("\"pong\"");
        assertThat(Payloads.show(new byte[]{0, -1})).isEqualTo("0x00ff");
        assertThat(Payloads.show(new byte[40])).hasSize(2 + 64 + 1).endsWith("…");
    }
}
